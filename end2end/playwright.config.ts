// Both `make test` and `cargo leptos end-to-end` come here. The tests start the server themselves (fixtures/rekey.ts).
import { defineConfig, devices } from "@playwright/test";
import { systemBrowser } from "./browser.js";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI ?? process.env.REKEY_TEST_REQUIRE_ALL),
  // What is waited for comes at once, and late on a busy machine: these say nothing about speed.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["json", { outputFile: "../target/test/playwright.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "sv-SE",
    timezoneId: "Europe/Stockholm",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: systemBrowser(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
