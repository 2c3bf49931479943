// Another language at any step: the step stays, and so does what is known of the person.
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv, words } from "../fixtures/words.ts";

const nb = words("nb");
const en = words("en");

withAndWithoutScripts(() => {
  test("switching keeps the step and is remembered", async ({ page, rekey, wizard }) => {
    const switchTo = async (name: string) => {
      await page.getByRole("contentinfo").getByRole("link", { name, exact: true }).click();
    };
    const heading = page.getByRole("heading", { level: 1 });
    await wizard.goto(PATHS.identify);
    await expect(page.locator("html")).toHaveAttribute("lang", "sv");
    await switchTo("English");
    await expect(heading).toHaveText(en("identify.title"));
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.goto(PATHS.signIn);
    await expect(heading, "a cookie remembers").toHaveText(en("sign_in.title"));
    await switchTo("Svenska");

    const code = await wizard.toCode(rekey.person("anna"));
    await switchTo("English");
    await expect(page).toHaveURL((url) => url.pathname === PATHS.code);
    await expect(heading).toHaveText(en("code.title"));
    await switchTo("Svenska");
    await expect(heading).toHaveText(sv("code.title"));
    await wizard.enterCode(code);
    await wizard.isAt(PATHS.new, sv("new.title"));
    await switchTo("Norsk bokmål");
    await expect(heading).toHaveText(nb("new.title"));
    await expect(page.getByText(nb("new.account", { user_name: "anna" }))).toBeVisible();
    await expect(page.getByRole("link", { name: "Norsk bokmål" })).toHaveAttribute("aria-current", "true");
    await page.goto(PATHS.code);
    await expect(heading).toHaveText(nb("code.passed_title"));
    await expect(page).toHaveTitle(`${nb("code.passed_title")} – Rekey`);
    await switchTo("Svenska");
    await expect(heading).toHaveText(sv("code.passed_title"));
  });

  test("errors are said in the language of the page", async ({ page, wizard }) => {
    await wizard.goto(`${PATHS.identify}?lang=nb`);
    await page.getByRole("button", { name: nb("identify.submit") }).click();
    await expect(wizard.summary).toContainText(nb("problem.identifier_empty"));
    await expect(page).toHaveTitle(new RegExp(`^${nb("common.error_prefix")} `));
  });
});
