// Small courtesies: nobody is pulled back, nothing is said twice, a heading says what is so, a number that is spoken of is shown.
import { codeIn, expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

test("an answer that comes late pulls nobody back", async ({ page, rekey, wizard }) => {
  let answer = (): void => undefined;
  const held = new Promise<void>((let_go) => {
    answer = let_go;
  });
  await page.route("**/api/forgot-password/identify", async (route) => {
    await held;
    await route.continue();
  });
  await wizard.goto(PATHS.identify);
  await wizard.identify(rekey.person("anna").mail);
  await wizard.link("common.back_to_sign_in").click();
  await wizard.isAt(PATHS.signIn, sv("sign_in.title"), true);
  const answered = page.waitForResponse("**/api/forgot-password/identify");
  answer();
  await (await answered).finished();
  // What was done is known: the sign-in is filled in.
  await expect(wizard.field("identifier")).toHaveValue(rekey.person("anna").mail);
  await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  await page.goBack();
  await wizard.isAt(PATHS.identify, sv("identify.title"));
});

withAndWithoutScripts(() => {
  test("the help speaks of a case number only where there is one", async ({ page, rekey, wizard }) => {
    await page.goto(PATHS.help);
    await expect(page.getByText(sv("help.contact_text"))).toHaveCount(0);
    await wizard.toCode(rekey.person("anna"));
    const reference = await page.locator(".way-out b").innerText();
    await page.goto(PATHS.help);
    await expect(page.getByText(sv("help.contact_text"))).toBeVisible();
    await expect(page.getByRole("main").getByText(reference)).toBeVisible();
  });

  test("a code that is dead is not asked for", async ({ rekey, wizard }) => {
    const code = await wizard.toCode(rekey.person("anna"));
    const wrong = (code[0] === "9" ? "8" : "9") + code.slice(1);
    for (const left of [4, 3, 2, 1, 0]) {
      await wizard.enterCode(wrong);
      await expect(wizard.summary).toContainText(
        left > 1
          ? sv("problem.code_wrong", { count: left })
          : sv(left === 1 ? "problem.code_wrong_last" : "problem.code_tries_used_up"),
      );
      await wizard.ready();
    }
    await wizard.reload();
    await wizard.isAt(PATHS.code, sv("code.dead_title"));
    await expect(wizard.field("code")).toHaveCount(0);
    await expect(wizard.button("code.resend")).toBeVisible();
    await rekey.moveClock(31);
    await wizard.reload();
    await wizard.button("code.resend").click();
    await expect(wizard.notice).toHaveText(sv("code.resent"));
    await wizard.isAt(PATHS.code, sv("code.title"));
    await wizard.enterCode(codeIn(await rekey.mailTo(rekey.person("anna").mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"));
  });

  test("a page that is not there speaks the person's language", async ({ page, wizard }) => {
    await page.goto("/no-such-page");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("error_page.not_found_title"));
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.getByRole("link", { name: "Svenska" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("error_page.not_found_title"));
    await page.goto(PATHS.signIn);
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  });
});

withAndWithoutScripts(() => {
  test("signed out is said once", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.signIn);
    await wizard.signIn("anna", rekey.person("anna").password);
    await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }), true);
    await wizard.button("start.sign_out").click();
    await expect(wizard.notice).toHaveText(sv("sign_in.signed_out"));
    await wizard.reload();
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
    await expect(wizard.notice).toBeEmpty();
  });
});
