// The end of a session that nobody uses, and the warning before it.
import type { Page } from "@playwright/test";
import { at, isFine, isSignedOut, press, SECURITY, signIn } from "../fixtures/security.ts";
import { expect, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

import { NARROW, SIGNED_IN } from "../fixtures/places.ts";

withAndWithoutScripts(() => {
  test("a session that nobody used ends, and the next page says so", async ({ rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await rekey.moveClock(8 * 3600 + 1);
    await isSignedOut(wizard);
    await wizard.page.reload();
    await expect(wizard.notice, "said once").toHaveText("");
  });
});

test.describe("before the end of a session that nobody uses", () => {
  /** Signed in, on this page, whose clock is the test's; it ends in eight hours. */
  const wait = async (wizard: Wizard, path: string): Promise<void> => {
    await signIn(wizard, wizard.rekey.person("anna"));
    await wizard.page.clock.install();
    await wizard.page.goto(path);
  };
  /** Time passes for the browser and for the server. */
  const pass = async (wizard: Wizard, hours: number, minutes: number, seconds: number): Promise<void> => {
    const all = (hours * 60 + minutes) * 60 + seconds;
    await wizard.rekey.moveClock(all);
    await wizard.page.clock.fastForward(all * 1000);
  };
  const warning = (page: Page) => page.getByRole("status").filter({ hasText: sv("account.stay_text") });

  for (const path of new Set(SIGNED_IN.filter((place) => !place.reach).map((place) => place.path))) {
    test(`${path}: one is warned two minutes before, and stays by one press`, async ({ page, wizard }) => {
      await wait(wizard, path);
      await pass(wizard, 7, 57, 30);
      await expect(warning(page)).toHaveCount(0);
      await pass(wizard, 0, 0, 45);
      await expect(warning(page)).toBeVisible();
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/account/stay"));
      await wizard.button("account.stay_submit").focus();
      await page.keyboard.press("Enter");
      expect((await answered).status()).toBe(200);
      await expect(warning(page)).toHaveCount(0);
      await at(wizard, path);
    });
  }

  test("the warning fits a phone and has no finding of axe", async ({ page, wizard }) => {
    await page.setViewportSize(NARROW);
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 58, 15);
    await expect(warning(page)).toBeVisible();
    await isFine(wizard);
  });

  test("whoever stays is warned again at the next end, and not before", async ({ page, wizard }) => {
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 58, 15);
    await press(wizard, "account.stay_submit");
    await expect(warning(page)).toHaveCount(0);
    await pass(wizard, 7, 57, 0);
    await expect(warning(page)).toHaveCount(0);
    await pass(wizard, 0, 1, 15);
    await expect(warning(page)).toBeVisible();
  });

  test("nobody is warned whose other tab has moved the end", async ({ context, page, wizard }) => {
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 0, 0);
    const other = await context.newPage();
    await other.goto(`${SECURITY}/activity`);
    const asked = page.waitForResponse((answer) => answer.url().endsWith("/account/stay"));
    await pass(wizard, 1, 0, 1);
    expect((await asked).request().method(), "asking moves nothing").toBe("GET");
    await expect(warning(page)).toHaveCount(0);
    await at(wizard, SECURITY);
  });

  test("an end that cannot be moved is told, and can only be put away", async ({ page, wizard }) => {
    await page.route("**/account/stay", (route) => route.fulfill({ json: { warn_in: 0, end_in: 110, is_last: true } }));
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 58, 15);
    await expect(page.getByRole("status").filter({ hasText: sv("account.stay_last") })).toBeVisible();
    await expect(wizard.button("account.stay_submit")).toHaveCount(0);
    await isFine(wizard);
    await press(wizard, "account.stay_close");
    await expect(page.getByText(sv("account.stay_last"))).toHaveCount(0);
  });

  test("what one was typing survives the warning and the press", async ({ page, wizard }) => {
    await wait(wizard, `${SECURITY}/name`);
    await wizard.field("name").fill("Anna L");
    await pass(wizard, 7, 58, 15);
    await expect(wizard.field("name"), "the warning takes no focus").toBeFocused();
    await press(wizard, "account.stay_submit");
    await expect(warning(page)).toHaveCount(0);
    await expect(wizard.field("name")).toHaveValue("Anna L");
  });

  test("at the end the page is left before anybody else reads it", async ({ page, rekey, wizard }) => {
    await wait(wizard, `${SECURITY}/activity`);
    const events = page.locator(".events li").filter({ hasText: sv("account.event_signed_in") });
    await expect(events.first()).toBeVisible();
    await pass(wizard, 8, 0, 1);
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
    await expect(wizard.notice).toHaveText(sv("problem.session_over"));
    await expect(events).toHaveCount(0);
    const anna = rekey.person("anna");
    await wizard.ready();
    await wizard.signIn(anna.mail, anna.password);
    await at(wizard, `${SECURITY}/activity`);
  });

  test("a press that comes too late leads to sign-in", async ({ page, rekey, wizard }) => {
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 58, 15);
    await expect(warning(page)).toBeVisible();
    await rekey.moveClock(8 * 3600 + 1);
    await press(wizard, "account.stay_submit");
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  });

  test("without a connection the button stays, and works later", async ({ context, page, wizard }) => {
    await wait(wizard, SECURITY);
    await pass(wizard, 7, 58, 15);
    await expect(warning(page)).toBeVisible();
    await context.setOffline(true);
    await press(wizard, "account.stay_submit");
    await expect(warning(page)).toBeVisible();
    await context.setOffline(false);
    await press(wizard, "account.stay_submit");
    await expect(warning(page)).toHaveCount(0);
  });
});
