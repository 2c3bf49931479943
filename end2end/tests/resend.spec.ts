// "Send a new code": an honest countdown, a code that replaces the one before it, and an end.
import { codeIn, expect, PATHS, test } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

test("the countdown is honest, and the newest code is the one", async ({ page, rekey, wizard }) => {
  await page.clock.install();
  const anna = rekey.person("anna");
  const first = await wizard.toCode(anna);
  const hint = page.locator("#resend-hint");
  const resend = wizard.button("code.resend");
  await expect(hint).toContainText(/\d+ sekunder/);
  await expect(resend).toHaveAttribute("aria-disabled", "true");

  await page.clock.runFor(10_000);
  const left = Number(/\d+/.exec(await hint.innerText())?.[0]);
  expect(left).toBeGreaterThan(5);
  expect(left).toBeLessThanOrEqual(20);
  // An error found on the page does not start it anew.
  await wizard.enterCode("12");
  await expect(wizard.summary).toBeVisible();
  await page.clock.runFor(1_000);
  expect(Number(/\d+/.exec(await hint.innerText())?.[0])).toBeLessThan(left);

  await page.clock.runFor(30_000);
  await expect(hint).toBeEmpty();
  await expect(page.getByText(sv("code.resend_ready"))).toBeVisible();
  await expect(resend).not.toHaveAttribute("aria-disabled", "true");

  await rekey.moveClock(31);
  await resend.click();
  await expect(wizard.notice).toHaveText(sv("code.resent"));
  const second = codeIn(await rekey.mailTo(anna.mail, 2));
  await wizard.enterCode(first);
  await wizard.isWrong({ field: "code", says: sv("problem.code_replaced", { count: 4 }) });
  await wizard.enterCode(second);
  await wizard.isAt(PATHS.new, sv("new.title"));
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("too early is said with the seconds that are left, and later it works", async ({ rekey, wizard }) => {
    const anna = rekey.person("anna");
    await wizard.toCode(anna);
    await expect(wizard.button("code.resend")).not.toHaveAttribute("aria-disabled", "true");
    await wizard.button("code.resend").click();
    await expect(wizard.summary).toContainText(/\d+ sekunder/);
    await rekey.moveClock(31);
    await wizard.button("code.resend").click();
    await expect(wizard.notice).toHaveText(sv("code.resent"));
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"));
  });
});
