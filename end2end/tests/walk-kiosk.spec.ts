// Shared machines in a browser: the minute, what several tabs know of each other, and what Back brings. What the server does by itself is in
// tests/http/kiosk.rs.
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { picture } from "../fixtures/journeys.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

/** What stands before the seconds of the warning. */
const WARNING = sv("kiosk.text").split("{")[0] ?? "";

/** Is at the first page, which says that it has forgotten. */
async function isForgotten(page: Page): Promise<void> {
  await expect(page).toHaveURL((url) => url.pathname === PATHS.identify);
  await expect(page.getByRole("status").filter({ hasText: sv("identify.forgotten") })).toBeVisible();
}

withAndWithoutScripts(() => {
  test("Back brings nothing of whoever was there before", async ({ page, wizard, rekey }) => {
    await wizard.goto(`${PATHS.signIn}?kiosk=1`);
    await wizard.field("identifier").fill("anna");
    await page.goto(PATHS.identify);
    await wizard.ready();
    await wizard.identify(rekey.person("anna").mail);
    await wizard.isAt(PATHS.code, sv("code.title"));
    await page.goto("/kiosk/over?left=1");
    await isForgotten(page);
    for (let steps = 0; steps < 3; steps++) {
      await page.goBack();
      await wizard.ready();
      await expect(wizard.field("identifier")).toHaveValue("");
    }
  });

  test("whoever comes after the tab was closed finds nobody signed in", async ({ page, context, wizard, rekey }) => {
    await wizard.goto(`${PATHS.signIn}?kiosk=1`);
    const anna = rekey.person("anna");
    await wizard.signIn(anna.userName, anna.password);
    await wizard.hasPath(PATHS.account);
    await page.close();
    await rekey.moveClock(91);
    const next = await context.newPage();
    await next.goto(PATHS.account);
    await isForgotten(next);
  });
});

test("a shared machine warns, counts down, hears the answer, and forgets after a minute", async ({ page, context, wizard, rekey }) => {
  test.skip(!wizard.scripts, "the page of a browser without scripts goes by itself");
  await page.clock.install();
  await wizard.goto(`${PATHS.signIn}?kiosk=1`);
  await wizard.toCode(rekey.person("anna"));
  const warning = page.getByRole("alert").filter({ hasText: WARNING });
  await page.clock.runFor(35_000);
  await expect(warning).toHaveCount(0);
  await page.clock.runFor(6_000);
  await expect(warning).toBeVisible();
  const left = async () => Number(await warning.getByRole("timer").innerText());
  const before = await left();
  expect(before).toBeLessThanOrEqual(20);
  await page.clock.runFor(5_000);
  expect(await left()).toBeLessThanOrEqual(before - 5);
  await expectNoAxeViolations(page);
  await picture(page, "kiosk-warning");
  await page.getByRole("button", { name: sv("kiosk.stay") }).click();
  await expect(warning).toHaveCount(0);
  await page.clock.runFor(41_000);
  await expect(warning).toBeVisible();
  await page.clock.runFor(20_000);
  await isForgotten(page);
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual(["rekey-kiosk"]);
});

test("while somebody is at one tab, another one forgets nothing; and they forget together", async ({ page, context, wizard, rekey }) => {
  test.skip(!wizard.scripts, "tabs hear of each other by scripts");
  await page.clock.install();
  await wizard.goto(`${PATHS.signIn}?kiosk=1`);
  await wizard.toCode(rekey.person("anna"));
  const idle = await context.newPage();
  await idle.goto("/help/privacy");
  for (let times = 0; times < 4; times++) {
    await page.clock.runFor(25_000);
    await page.keyboard.press("Shift");
  }
  expect(new URL(idle.url()).pathname).toBe("/help/privacy");
  await wizard.reload();
  await wizard.isAt(PATHS.code, sv("code.title"));
  await page.clock.runFor(61_000);
  for (const tab of [page, idle]) await expect(tab).toHaveURL((url) => url.pathname === PATHS.identify);
});

test("whoever types for minutes is there, also for the server", async ({ page, wizard, rekey }) => {
  test.skip(!wizard.scripts, "the page of a browser without scripts goes by itself");
  await page.clock.install();
  await wizard.goto(`${PATHS.signIn}?kiosk=1`);
  await wizard.toCode(rekey.person("anna"));
  for (let times = 0; times < 4; times++) {
    await page.clock.runFor(30_000);
    await rekey.moveClock(30);
    const told = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/kiosk/here");
    await page.keyboard.press("Shift");
    expect((await told).status()).toBe(204);
  }
  await wizard.reload();
  await wizard.isAt(PATHS.code, sv("code.title"));
});
