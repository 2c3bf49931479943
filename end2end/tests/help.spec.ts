// The help as people meet it: from the step where the question arises, in every language, with and without JavaScript.
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { HELP as TOPICS } from "../fixtures/journeys.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv, words } from "../fixtures/words.ts";

test.use({
  settings: {
    SITE__NAME: "Rekey",
    MAIL__SENDER: "Rekey <koder@example.org>",
    SUPPORT__CONTACT: "IT-stöd, 010-123 45 67",
    SUPPORT__MAIL_BLOCKED: "Mejlgruppen, 010-123 45 68",
    SUPPORT__NO_PASSWORD: "Vänd dig till din chef.",
    SUPPORT__UNKNOWN_ADDRESS: "Fråga den som sköter lönen.",
    HELP__FEEDBACK: "true",
    HELP__PRIVACY_URL: "https://example.org/privacy",
    HELP__CONTROLLER: "Exempelkommun",
    HELP__PHONE_GUIDE_URL: "https://example.org/mobil",
  },
});

withAndWithoutScripts(() => {
  test("K7, K8, Z3, V9: from the code to the help, an answer, and back", async ({ page, rekey, wizard }) => {
    await wizard.toCode(rekey.person("anna"));
    const reference = await page.locator(".way-out b").innerText();
    await wizard.unfold();
    await wizard.link("code.no_code_help").click();
    await expect(page).toHaveURL((url) => url.pathname === "/help/no-message");
    const main = page.getByRole("main");
    for (const part of ["koder@example.org", "30 minuter eller mer", "Mejlgruppen", reference]) {
      await expect(main).toContainText(part);
    }
    await expect(page.getByRole("textbox")).toHaveCount(0);
    await page.getByRole("button", { name: sv("help.feedback_no"), exact: true }).click();
    await page.getByRole("textbox", { name: sv("help.feedback_title") }).fill("Större bokstäver");
    await page.getByRole("button", { name: sv("help.feedback_send") }).click();
    await expect(main.getByRole("status")).toHaveText(sv("help.feedback_thanks"));
    await main.getByRole("link", { name: sv("error_page.back") }).click();
    await wizard.isAt(PATHS.code, sv("code.title"));
  });

  test("A11, O9: every step has the way out and asks what could be better", async ({ page, rekey, wizard }) => {
    const main = page.getByRole("main");
    const steps = async (): Promise<void> => {
      await expect(wizard.link("common.way_out_link")).toHaveAttribute("href", "/help/changed-contact");
      const path = new URL(page.url()).pathname.slice(1);
      await expect(wizard.link("common.better")).toHaveAttribute("href", `/help/feedback?page=${path}`);
    };
    await wizard.goto(PATHS.signIn);
    await steps();
    await wizard.link("sign_in.forgot").click();
    await wizard.isAt(PATHS.identify, sv("identify.title"), true);
    await steps();
    await wizard.toNew(rekey.person("anna"));
    await steps();
    await wizard.link("common.better").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("help.feedback_title"));
    if (wizard.scripts) await expectNoAxeViolations(page);
    const send = page.getByRole("button", { name: sv("help.feedback_send") });
    await send.click();
    await expect(wizard.summary).toContainText(sv("help.feedback_no_words"));
    const field = page.getByRole("textbox", { name: sv("help.feedback_title") });
    await field.fill("å".repeat(501));
    await send.click();
    await expect(wizard.summary).toContainText(sv("help.feedback_too_long", { max: 500, count: 501 }));
    if (wizard.scripts) await expectNoAxeViolations(page);
    await expect(field).toHaveValue("å".repeat(501));
    await field.fill("Visa reglerna först");
    await send.click();
    await expect(main.getByRole("status")).toHaveText(sv("help.feedback_thanks"));
    await main.getByRole("link", { name: sv("help.feedback_back") }).click();
    await wizard.isAt(PATHS.new, sv("new.title"));
  });

  test("V2, O4, O10: the first step tells everybody what is needed and whom to ask", async ({ page, wizard }) => {
    await wizard.goto(PATHS.identify);
    const main = page.getByRole("main");
    await expect(main).toContainText("Fråga den som sköter lönen.");
    await expect(main).toContainText("Vänd dig till din chef.");
    await expect(wizard.link("help.phone_guide")).toHaveAttribute("href", "https://example.org/mobil");
    await expect(main).toContainText(sv("identify.scope", { site: "Rekey" }));
    if (wizard.scripts) await expectNoAxeViolations(page);
  });
});

for (const language of ["sv", "nb", "en"] as const) {
  test(`H1: every page is dated, and in the language that is chosen (${language})`, async ({ page }) => {
    const say = words(language);
    await page.goto(`/help?lang=${language}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.title"));
    for (const topic of TOPICS) {
      await page.goto(`/help/${topic}`);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.getByText(say("help.updated", { date: "" }).trim())).toBeVisible();
    }
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("every page is free of axe's findings", async ({ page }) => {
      test.slow();
      for (const topic of ["", ...TOPICS.map((topic) => `/${topic}`)]) {
        await page.goto(`/help${topic}`);
        await expectNoAxeViolations(page);
      }
    });
  });
}

test("H2: resetting and changing each have their steps", async ({ page }) => {
  for (const topic of ["reset", "change"]) {
    await page.goto(`/help/${topic}`);
    expect(await page.getByRole("main").locator("ol > li").count()).toBeGreaterThan(2);
  }
});

test("no page is wider than a small phone", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const topic of ["", ...TOPICS.map((topic) => `/${topic}`)]) {
    await page.goto(`/help${topic}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, topic).toBeLessThanOrEqual(320);
  }
});
