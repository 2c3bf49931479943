// Where sign-in leads: a password that has to be changed to the choice of another (O8), and whoever was sent here back again (K9).
import { expect, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";

withAndWithoutScripts(() => {
  test("O8: whoever must change the password is led to the same steps at sign-in", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const maja = rekey.person("maja");
    await wizard.goto(PATHS.signIn);
    await wizard.signIn(maja.mail, maja.password);
    await wizard.isAt(PATHS.new, say("new.title"), true);
    await expect(page.getByText(say("new.must_change"))).toBeVisible();
    await expect(page.getByText(say("new.account", { user_name: "maja" }))).toBeVisible();
    await wizard.goto(PATHS.account);
    await wizard.isAt(PATHS.signIn, say("sign_in.title"));
    await wizard.goto(PATHS.new);
    await wizard.choose(maja.password);
    await wizard.isWrong({ field: "new_password", says: say("problem.password_former") });
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.changed_title"), true);
    await wizard.link("done.to_portal").click();
    await expect(page).toHaveURL((url) => url.pathname === PATHS.account);
  });

  test.describe("led back to another site", () => {
    test.use({ settings: { ACCOUNTS__RETURN_URLS: "https://app.example/start" } });
    test("K9: sign-in leads back to the site that sent the person, past the policy of the page", async ({ page, rekey, wizard }) => {
      const anna = rekey.person("anna");
      await page.route("https://app.example/**", (route) => route.fulfill({ body: "<h1>The app</h1>", contentType: "text/html" }));
      await wizard.goto(`${PATHS.signIn}?return=https%3A%2F%2Fapp.example%2Fstart`);
      await wizard.signIn(anna.mail, anna.password);
      await expect(page).toHaveURL("https://app.example/start");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("The app");
    });
  });
});
