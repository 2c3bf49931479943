// Which Chromium the tests use: Playwright's own where it is installed, else the system's.
// Run by itself (scripts/setup does) it prints the path, and fails when there is none that starts.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @returns {string | undefined} */
export function systemBrowser() {
  return existsSync(chromium.executablePath()) ? undefined : SYSTEM.find((path) => existsSync(path));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = systemBrowser() ?? chromium.executablePath();
  if (spawnSync(path, ["--version"]).status !== 0) process.exit(1);
  console.log(path);
}
