// Accounts that share an address and were reset together, as the walk found them (A6).
import { codeIn, expect, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";

const SHARED = "familjen@demo.example";

test.use({ settings: { RESET__LINKED_ACCOUNTS: "all" } });

withAndWithoutScripts(() => {
  test("A6: one password for all is said, and the address opens each of them", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    for (const who of ["mor", "son"]) await rekey.run("account", "add", "--user-name", who, "--name", "Familjen Ek", "--mail", SHARED);
    await wizard.goto(PATHS.identify);
    await wizard.identify(SHARED);
    await wizard.isAt(PATHS.code, say("code.title"));
    const mail = await rekey.mailTo(SHARED);
    const told = say("mail.code_intro_together", { site: "Rekey", user_names: "mor, son" });
    expect(mail.text.replace(/\s+/g, " ")).toContain(told);
    await wizard.ready();
    await wizard.enterCode(codeIn(mail));
    await wizard.isAt(PATHS.new, say("new.title"));
    await wizard.ready();
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.title"));
    for (const [who, own, other] of [[SHARED, "mor", "son"], ["son", "son", "mor"]] as const) {
      await wizard.goto(PATHS.signIn);
      await wizard.ready();
      await wizard.signIn(who, NEW_PASSWORD);
      await expect(page.getByRole("main")).toContainText(say("start.others_text", { user_name: own }));
      await page.getByRole("main").getByRole("button", { name: say("start.others_sign_in", { user_name: other }) }).click();
      await expect(page).toHaveURL((url) => url.pathname === PATHS.signIn);
      await expect(page.locator("#identifier"), "only the password is to be typed").toHaveValue(other);
    }
  });
});
