// From "I forgot" to signed in again: with the browser's half, without JavaScript, and before WebAssembly has come.
import { codeIn, expect, NEW_PASSWORD, PATHS, test, type Wizard } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

/** `123456` as people copy it: `123 456`. */
function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

async function paste(wizard: Wizard, text: string): Promise<void> {
  const { page } = wizard;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await wizard.field("code").focus();
  await page.keyboard.press("ControlOrMeta+V");
}

/** The whole way; `write` puts the code into its field, `arrived` is called where the new password is to open the account. */
async function walk(wizard: Wizard, write: (code: string) => Promise<void>, arrived = async (): Promise<void> => {}): Promise<void> {
  const { page, rekey } = wizard;
  const anna = rekey.person("anna");

  await wizard.isAt(PATHS.identify, sv("identify.title"));
  await wizard.identify("anna");

  await wizard.isAt(PATHS.code, sv("code.title"), true);
  await expect(page.getByText(sv("code.sent_to", { identifier: "anna" }))).toBeVisible();
  const mail = await rekey.mailTo(anna.mail);
  expect(mail.subject).toBe(sv("mail.code_subject", { site: "Rekey" }));
  const reference = await page.locator(".way-out b").innerText();
  expect(mail.text).toContain(sv("mail.case_number", { reference }));
  await write(spaced(codeIn(mail)));
  await expect(wizard.field("code")).toHaveValue(spaced(codeIn(mail)));
  await wizard.button("code.submit").click();

  await wizard.isAt(PATHS.new, sv("new.title"), true);
  await expect(page.getByText(sv("new.account", { user_name: "anna" }))).toBeVisible();
  await wizard.choose(NEW_PASSWORD);

  await wizard.isAt(PATHS.done, sv("done.title"), true);
  await expect(wizard.field("new_password")).toHaveCount(0);
  const changed = await rekey.mailTo(anna.mail, 2);
  expect(changed.subject).toBe(sv("mail.changed_subject", { site: "Rekey" }));
  await wizard.link("done.to_sign_in").click();

  await wizard.isAt(PATHS.signIn, sv("sign_in.title"), true);
  await expect(wizard.field("identifier")).toHaveValue("anna");
  await arrived();
  await wizard.signIn(anna.mail.toUpperCase(), NEW_PASSWORD);

  await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }), true);
  await wizard.button("start.sign_out").click();

  await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  await expect(wizard.notice).toHaveText(sv("sign_in.signed_out"));
}

test("with JavaScript the whole way to sign-in is one page load", async ({ page, wizard }) => {
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  await wizard.goto(PATHS.identify);
  await wizard.mark();

  await walk(
    wizard,
    (code) => paste(wizard, code),
    async () => {
      expect(await wizard.isSameDocument()).toBe(true);
      expect(loads).toBe(1);
    },
  );

  // The account's page comes from the server, and so does the one after signing out.
  await expect.poll(() => loads).toBe(3);
  await page.goto(PATHS.account);
  await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the whole way goes by plain forms", async ({ page, wizard }) => {
    await wizard.goto(PATHS.identify);
    await walk(wizard, (code) => wizard.field("code").fill(code));
    await page.goto(PATHS.account);
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  });
});

test("before WebAssembly has loaded the same forms post themselves", async ({ page, rekey, wizard }) => {
  wizard.scripts = false;
  let asked = 0;
  // Never answered: a slow network.
  await page.route(/\.wasm(\?|$)/, () => {
    asked += 1;
  });
  await wizard.goto(PATHS.identify);
  await expect.poll(() => asked).toBeGreaterThan(0);

  await wizard.identify("anna");
  await wizard.isAt(PATHS.code, sv("code.title"));
  await wizard.enterCode("12");
  await wizard.isWrong({ field: "code", says: sv("problem.code_too_short", { count: 2 }) });
  await wizard.enterCode(codeIn(await rekey.mailTo(rekey.person("anna").mail)));
  await wizard.isAt(PATHS.new, sv("new.title"));
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, sv("done.title"));
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
