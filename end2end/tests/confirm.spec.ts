// Who is it? Somebody who is signed in shows again that it is them before anything sensitive is changed.
import {
  at,
  CONFIRM,
  CONFIRMED_FOR,
  fact,
  giveCode,
  isFine,
  isRefused,
  named,
  press,
  SECURITY,
  setUpFactor,
  signIn,
  type,
} from "../fixtures/security.ts";
import { codeIn, expect, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

import { NEW } from "../fixtures/places.ts";

withAndWithoutScripts(() => {
  test("after five minutes the password is asked for again, and nothing typed is lost", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/mail`);
    await rekey.moveClock(CONFIRMED_FOR + 1);
    await type(wizard, "mail", NEW);
    await wizard.isAt(CONFIRM, sv("account.confirm_title"));
    await expect(wizard.field("password")).toHaveAttribute("autocomplete", "current-password");
    for (const [typed, says] of [
      ["", "account.wrong_password_empty"],
      ["inte alls det rätta", "account.wrong_password"],
    ] as const) {
      await wizard.field("password").fill(typed);
      await press(wizard, "account.confirm_submit");
      await isRefused(wizard, "password", sv(says));
      await expect(wizard.field("password"), "no page carries a password").toHaveValue("");
    }
    await isFine(wizard);
    await wizard.field("password").fill(anna.password);
    await press(wizard, "account.confirm_submit");
    await wizard.isAt(`${SECURITY}/mail`, sv("account.mail_title"));
    await expect(wizard.field("mail")).toHaveValue(NEW);
    await press(wizard, "account.send_code");
    await giveCode(wizard, codeIn(await rekey.mailTo(NEW)));
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(fact(wizard, NEW)).toBeVisible();
    // Every page on which something sensitive is done asks, and each of them leads back to itself.
    await rekey.moveClock(CONFIRMED_FOR + 1);
    for (const path of [`${SECURITY}/phone`, `${SECURITY}/factor`]) {
      await page.goto(path);
      await at(wizard, CONFIRM);
      expect(new URL(page.url()).searchParams.get("next")).toBe(path);
    }
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    expect(new URL(page.url()).searchParams.get("next"), "the language changes, not the way").toBe(`${SECURITY}/factor`);
  });

  test("A14: a code does instead of the password", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await rekey.moveClock(CONFIRMED_FOR + 1);
    await page.goto(`${SECURITY}/phone`);
    await wizard.isAt(CONFIRM, sv("account.confirm_title"));
    await named(wizard, "account.confirm_mail", { address: anna.mail }).click();
    await wizard.isAt(`${CONFIRM}/code`, sv("code.title"));
    const code = codeIn(await rekey.mailTo(anna.mail));
    await giveCode(wizard, "");
    await isRefused(wizard, "code", sv("problem.code_empty"));
    await giveCode(wizard, (code[0] === "1" ? "2" : "1") + code.slice(1));
    await isRefused(wizard, "code", sv("problem.code_wrong", { count: 4 }));
    await isFine(wizard);
    await giveCode(wizard, `${code.slice(0, 3)} ${code.slice(3)}`);
    await wizard.isAt(`${SECURITY}/phone`, sv("account.phone_title"));
    await expect(page.getByText(sv("account.contact_rule_now")), "an earlier address has spoken").toBeVisible();
  });

  test("back from where a code has led asks for no used code", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${CONFIRM}?next=${SECURITY}/name`);
    await named(wizard, "account.confirm_mail", { address: anna.mail }).click();
    await wizard.isAt(`${CONFIRM}/code`, sv("code.title"));
    await giveCode(wizard, codeIn(await rekey.mailTo(anna.mail)));
    await wizard.isAt(`${SECURITY}/name`, sv("account.name_title"));
    await page.goBack();
    await expect(wizard.field("code")).toHaveCount(0);
    await wizard.isAt(CONFIRM, sv("account.confirm_title"));
  });

  test("whoever has a second factor shows it again, too", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/factor`);
    const [phone] = await setUpFactor(wizard);
    await rekey.moveClock(CONFIRMED_FOR + 1);
    await page.goto(`${SECURITY}/mail`);
    await at(wizard, CONFIRM);
    await wizard.field("password").fill(anna.password);
    await press(wizard, "account.confirm_submit");
    await isRefused(wizard, "totp", sv("factor.problem_empty"));
    await isFine(wizard);
    await wizard.field("password").fill(anna.password);
    await wizard.field("totp").fill(await phone.fresh());
    await press(wizard, "account.confirm_submit");
    await wizard.isAt(`${SECURITY}/mail`, sv("account.mail_title"));
  });
});
