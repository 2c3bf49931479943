// What every field is refused for, with the browser's half and without JavaScript: the same words at the same places.
import type { Page } from "@playwright/test";
import { expect, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

/** Nothing in the form that makes the browser speak in place of the page. */
async function speaksForItself(page: Page): Promise<void> {
  const forms = await page.locator("form:has(input:not([type=hidden]))").all();
  expect(forms.length).toBeGreaterThan(0);
  for (const form of forms) {
    const left = await form.evaluate((element: HTMLFormElement) => ({
      bubbles: !element.noValidate,
      demands: [...element.elements].filter((each) => each.matches("[required], [pattern], [maxlength], [type=email]")).length,
    }));
    expect(left).toEqual({ bubbles: false, demands: 0 });
  }
}

withAndWithoutScripts(() => {
  test("who are you", async ({ page, wizard }) => {
    await wizard.goto(PATHS.identify);
    await speaksForItself(page);

    await wizard.button("identify.submit").click();
    await wizard.isWrong({ field: "identifier", says: sv("problem.identifier_empty") });

    await wizard.identify("x".repeat(255));
    await wizard.isWrong({ field: "identifier", says: sv("problem.identifier_too_long", { max: 254 }) });
    await expect(wizard.field("identifier")).toHaveValue("x".repeat(255));

    await wizard.identify("anna\u2028berg");
    await wizard.isWrong({ field: "identifier", says: sv("problem.identifier_unusable") });
    await expect(wizard.field("identifier")).toHaveValue("anna\u2028berg");

    await wizard.identify("anna");
    await wizard.isAt(PATHS.code, sv("code.title"), true);
    await expect(wizard.summary).toHaveCount(0);
  });

  test("the code", async ({ page, rekey, wizard }) => {
    const code = await wizard.toCode(rekey.person("anna"));
    await speaksForItself(page);

    for (const [written, key, values] of [
      ["", "code_empty", {}],
      ["12", "code_too_short", { count: 2 }],
      ["123 456 7", "code_too_long", { count: 7 }],
      ["abcdef", "code_not_digits", {}],
    ] as const) {
      await wizard.enterCode(written);
      await wizard.isWrong({ field: "code", says: sv(`problem.${key}`, values) });
    }
    const wrong = (digit: string) => (code[0] === digit ? "9" : digit) + code.slice(1);
    for (const [digit, count] of [
      ["1", 4],
      ["2", 3],
      ["3", 2],
    ] as const) {
      await wizard.enterCode(wrong(digit));
      await wizard.isWrong({ field: "code", says: sv("problem.code_wrong", { count }) });
    }
    await wizard.enterCode(wrong("4"));
    await wizard.isWrong({ field: "code", says: sv("problem.code_wrong_last") });
    await wizard.enterCode(wrong("5"));
    await expect(wizard.summary.getByRole("listitem")).toHaveText([sv("problem.code_tries_used_up")]);
    await expect(page, "the page of a dead code asks for nothing but a new one").toHaveURL((url) => url.pathname === PATHS.code);
    await expect(wizard.field("code")).toHaveCount(0);
    await expect(wizard.button("code.resend")).toBeVisible();
    for (const link of await wizard.summary.getByRole("link").all()) {
      const target = (await link.getAttribute("href")) ?? "";
      await expect(page.locator(target), "no link that leads nowhere").toHaveCount(1);
    }
  });

  test("the new password", async ({ page, rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    await speaksForItself(page);
    const confirm = { field: "confirm_password", says: sv("problem.confirm_empty") };

    await wizard.button("new.submit").click();
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_empty") }, confirm);

    await wizard.choose("för kort", "");
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_too_short", { min: 15, count: 8 }) }, confirm);

    await wizard.choose("x".repeat(129));
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_too_long", { max: 128, count: 129 }) });

    await wizard.choose("Anna Berg Anna Berg");
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_personal") });

    await wizard.choose(NEW_PASSWORD, `${NEW_PASSWORD}.`);
    await wizard.isWrong({ field: "confirm_password", says: sv("problem.confirm_differs") });

    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, sv("done.title"), true);
  });

  test("sign-in", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.signIn);
    await speaksForItself(page);

    await wizard.button("sign_in.submit").click();
    await wizard.isWrong(
      { field: "identifier", says: sv("problem.identifier_empty") },
      { field: "password", says: sv("problem.sign_in_password_empty") },
    );

    await wizard.signIn("anna", "not the password");
    await wizard.isWrong({ field: "password", says: sv("problem.sign_in_refused") });
    await expect(wizard.field("identifier")).toHaveValue("anna");
    await expect(wizard.field("password")).toHaveValue("");

    await wizard.signIn("nobody", "not the password");
    await wizard.isWrong({ field: "password", says: sv("problem.sign_in_refused") });

    await wizard.signIn("anna", rekey.person("anna").password);
    await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }), true);
  });
});

test("an error stays with its page when one goes elsewhere without loading", async ({ page, wizard }) => {
  await wizard.goto(PATHS.identify);
  await wizard.mark();
  await wizard.button("identify.submit").click();
  await wizard.isWrong({ field: "identifier", says: sv("problem.identifier_empty") });

  await wizard.link("common.back_to_sign_in").click();
  await wizard.isAt(PATHS.signIn, sv("sign_in.title"), true);
  expect(await wizard.isSameDocument()).toBe(true);
  await expect(wizard.summary).toHaveCount(0);

  await page.goBack();
  await wizard.isAt(PATHS.identify, sv("identify.title"), true);
});

test("without a network the page says so and keeps what was typed", async ({ context, wizard }) => {
  await wizard.goto(PATHS.identify);
  await context.setOffline(true);
  await wizard.identify("anna");
  await wizard.isWrong({ says: sv("problem.offline") });
  await expect(wizard.field("identifier")).toHaveValue("anna");

  await context.setOffline(false);
  await wizard.button("identify.submit").click();
  await wizard.isAt(PATHS.code, sv("code.title"), true);
});
