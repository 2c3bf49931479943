// Another language keeps what was typed, as the walk wanted it (improvement 25).
import { SECURITY, signIn } from "../fixtures/security.ts";
import { expect, PATHS, test } from "../fixtures/wizard.ts";
import { words } from "../fixtures/words.ts";

test.use({ settings: { HELP__FEEDBACK: "true", HELP__CONTROLLER: "Exempel AB", HELP__PRIVACY_URL: "https://example.com/privacy" } });

const nb = words("nb");

test.describe("improvement 25: another language keeps what was typed", () => {
  test("the first step and sign-in do, passwords excepted", async ({ page, wizard }) => {
    const other = () => page.getByRole("contentinfo").getByRole("link", { name: "Norsk bokmål", exact: true }).click();
    await wizard.goto(PATHS.identify);
    await page.locator("#identifier").fill("anna på väg");
    await other();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(nb("identify.title"));
    await expect(page.locator("#identifier")).toHaveValue("anna på väg");
    await wizard.goto(PATHS.identify);
    await expect(page.locator("#identifier"), "once").toHaveValue("");
    await wizard.goto(`${PATHS.signIn}?lang=sv`);
    // Also where the app has gone from one page to the other in between.
    await wizard.link("sign_in.forgot").click();
    await expect(page).toHaveURL((url) => url.pathname === PATHS.identify);
    await page.locator("#identifier").fill("björn");
    await other();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(nb("identify.title"));
    await expect(page.locator("#identifier")).toHaveValue("björn");
    await wizard.goto(`${PATHS.signIn}?lang=sv`);
    await page.locator("#identifier").fill("anna");
    await page.locator("#password").fill("hemligt och långt");
    await other();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(nb("sign_in.title"));
    await expect(page.locator("#identifier")).toHaveValue("anna");
    await expect(page.locator("#password")).toHaveValue("");
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test("so do the pages of an account, and what is written of a page", async ({ page, rekey, wizard }) => {
    const other = (name: string) => page.getByRole("contentinfo").getByRole("link", { name, exact: true }).click();
    await signIn(wizard, rekey.person("anna"));
    for (const [part, text] of [["name", "Anna Berg-Ek"], ["mail", "ny@demo.example"]] as const) {
      await page.goto(`${SECURITY}/${part}?lang=sv`);
      await page.locator(`#${part}`).fill(text);
      await other("Norsk bokmål");
      await expect(page.locator("html")).toHaveAttribute("lang", "nb");
      await expect(page.locator(`#${part}`)).toHaveValue(text);
    }
    await page.goto("/help/link?lang=nb");
    await page.getByRole("button", { name: nb("help.feedback_no"), exact: true }).click();
    await page.locator("#words").fill("Større bokstaver");
    await other("English");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.locator("#words")).toHaveValue("Større bokstaver");
  });

  test("nobody is shown it on another page", async ({ page, wizard }) => {
    await wizard.goto(PATHS.identify);
    await page.locator("#identifier").fill("anna");
    await page.evaluate(() => sessionStorage.setItem("rekey-typed", JSON.stringify({ page: "/forgot-password", values: { identifier: "anna" } })));
    await wizard.goto(PATHS.signIn);
    await expect(page.locator("#identifier")).toHaveValue("");
    await wizard.goto(PATHS.identify);
    await expect(page.locator("#identifier")).toHaveValue("");
  });
});

test.describe("orebro", () => {
  test.use({ journeyName: "orebro", delivery: "outside" });

  test("improvement 25: the link of sign-in says what it is for, and what it leads to", async ({ page, wizard }) => {
    await wizard.goto(PATHS.signIn);
    await page.getByRole("link", { name: "Glömt lösenordet? Inloggningsassistenten" }).first().click();
    await wizard.isAt(PATHS.identify, "Inloggningsassistenten");
  });
});
