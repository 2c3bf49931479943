// "Send a new code": an honest countdown, a code that replaces the one before it, and an end.
import { codeIn, expect, PATHS, test } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

// Ten minutes, since the countdown goes on while a busy machine draws the pages and must not be over by that alone.
const FIRST_AFTER = 600;
test.use({ settings: { RESET__FIRST_RESEND_AFTER: String(FIRST_AFTER) } });

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
  expect(left).toBeGreaterThan(FIRST_AFTER / 2);
  expect(left).toBeLessThanOrEqual(FIRST_AFTER - 10);
  // An error found on the page does not start it anew.
  await wizard.enterCode("12");
  await expect(wizard.summary).toBeVisible();
  await page.clock.runFor(1_000);
  expect(Number(/\d+/.exec(await hint.innerText())?.[0])).toBeLessThan(left);

  await page.clock.runFor(FIRST_AFTER * 1000);
  await expect(hint).toBeEmpty();
  await expect(page.getByText(sv("code.resend_ready"))).toBeVisible();
  await expect(resend).not.toHaveAttribute("aria-disabled", "true");

  await rekey.moveClock(FIRST_AFTER + 1);
  await resend.click();
  await expect(wizard.notice).toHaveText(sv("code.resent"));
  const second = codeIn(await rekey.mailTo(anna.mail, 2));
  await wizard.enterCode(first);
  await wizard.isWrong({ field: "code", says: sv("problem.code_replaced", { count: 5 }) });
  await wizard.enterCode(second);
  await wizard.isAt(PATHS.new, sv("new.title"));
});

test("looking at another page does not start the countdown anew", async ({ page, rekey, wizard }) => {
  await page.clock.install();
  await wizard.toCode(rekey.person("anna"));
  await page.clock.runFor(15_000);
  const seconds = async () => Number(/\d+/.exec(await page.locator("#resend-hint").innerText())?.[0]);
  const before = await seconds();
  await wizard.link("code.other_identifier").click();
  await wizard.isAt(PATHS.identify, sv("identify.title"), true);
  await page.goBack();
  await wizard.isAt(PATHS.code, sv("code.title"));
  expect(await seconds()).toBeLessThanOrEqual(before);
});

test("whoever begins again waits from the beginning", async ({ page, rekey, wizard }) => {
  await page.clock.install();
  await wizard.toCode(rekey.person("anna"));
  await page.clock.runFor((FIRST_AFTER + 1) * 1000);
  await expect(page.getByText(sv("code.resend_ready"))).toBeVisible();
  await wizard.link("code.other_identifier").click();
  await wizard.isAt(PATHS.identify, sv("identify.title"), true);
  await wizard.identify("bjorn");
  await wizard.isAt(PATHS.code, sv("code.title"), true);
  await expect(page.locator("#resend-hint")).toContainText(/(600|5\d\d) sekunder/);
  await expect(wizard.button("code.resend")).toHaveAttribute("aria-disabled", "true");
});

test("on a phone a person sees that a new code is on its way, or why not", async ({ page, rekey, wizard }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const anna = rekey.person("anna");
  await wizard.toCode(anna);
  // The button only looks as if it could not be pressed yet.
  await wizard.button("code.resend").click({ force: true });
  await expect(wizard.summary).toContainText(/\d+ sekunder/);
  await expect(wizard.summary).toBeFocused();
  await expect(wizard.summary).toBeInViewport();
  await rekey.moveClock(FIRST_AFTER + 1);
  await wizard.button("code.resend").click({ force: true });
  await expect(wizard.notice).toHaveText(sv("code.resent"));
  await expect(wizard.summary).toHaveCount(0);
  await expect(wizard.notice).toBeInViewport();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("too early is said with the seconds that are left, and later it works", async ({ rekey, wizard }) => {
    const anna = rekey.person("anna");
    await wizard.toCode(anna);
    await expect(wizard.button("code.resend")).not.toHaveAttribute("aria-disabled", "true");
    await wizard.button("code.resend").click();
    await expect(wizard.summary).toContainText(/\d+ sekunder/);
    await rekey.moveClock(FIRST_AFTER + 1);
    await wizard.button("code.resend").click();
    await expect(wizard.notice).toHaveText(sv("code.resent"));
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"));
  });
});
