// "This was not me", said by somebody who was told by a text message, which carries a code and no link.
import { OWN_NUMBER, stolen } from "../fixtures/places.ts";
import { isFine, isRefused, isSignedOut, press, stopCodeIn } from "../fixtures/security.ts";
import { PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

withAndWithoutScripts(() => {
  test("improvement 21: the code is typed where sign-in helps, and stops the change", async ({ rekey, wizard }) => {
    const { page } = wizard;
    const [thief] = await stolen(wizard, rekey.person("anna"));
    const code = stopCodeIn(await rekey.smsTo(OWN_NUMBER));

    await wizard.goto(PATHS.signIn);
    await page.getByText(sv("sign_in.need_help")).click();
    await page.getByLabel(sv("sign_in.told_of_change")).fill("k7q2");
    await press(wizard, "sign_in.told_submit");
    await wizard.hasPath("/stop/code");
    await isRefused(wizard, "stop_code", sv("account.stop_code_unusable"));
    await isFine(wizard);
    await page.getByLabel(sv("account.stop_code_label")).fill("0000-0000-0000");
    await press(wizard, "account.stop_code_submit");
    await isRefused(wizard, "stop_code", sv("account.stop_code_unknown"));

    await page.getByLabel(sv("account.stop_code_label")).fill(code.toUpperCase().replaceAll("-", " "));
    await press(wizard, "account.stop_code_submit");
    await wizard.isAt("/stop", sv("account.stop_contacts_title"));
    await press(wizard, "account.stop_submit");
    await wizard.isAt("/stop/done", sv("account.stop_done_title"));
    await wizard.link("help.start").click();
    await wizard.isAt(PATHS.code, sv("code.title"));
    await isSignedOut(thief);
  });
});
