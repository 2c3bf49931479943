// The help, what the law wants said, paper and shared machines, as the walk found them (H3 to H5, Z12, Z13, Z14, V9).
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { HELP, picture } from "../fixtures/journeys.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv, words } from "../fixtures/words.ts";

const PAPER = { format: "A4", printBackground: true } as const;

/** How many sheets a page takes. */
const sheets = (pdf: Buffer): number => pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;

withAndWithoutScripts(() => {
  test("H3: a long page begins with a table of contents that leads to its parts", async ({ page }) => {
    for (const topic of ["no-message", "accessibility", "privacy"]) {
      await page.goto(`/help/${topic}`);
      const contents = page.getByRole("navigation", { name: sv("help.contents") });
      const links = contents.getByRole("link");
      const headings = page.getByRole("main").getByRole("heading", { level: 2 });
      expect(await links.allInnerTexts()).toEqual((await headings.allInnerTexts()).slice(1));
      await links.last().click();
      await expect(page.getByRole("main").locator(":target")).toHaveText(await links.last().innerText());
    }
    await page.goto("/help/change");
    await expect(page.getByRole("navigation", { name: sv("help.contents") })).toHaveCount(0);
  });

  test("H4: the reset begins with what is needed, then come its steps", async ({ page }) => {
    await page.goto("/help/reset");
    const headings = page.getByRole("main").getByRole("heading", { level: 2 });
    expect((await headings.allInnerTexts()).slice(0, 2)).toEqual([sv("help.need_heading"), sv("help.steps_heading")]);
    await expect(page.getByRole("listitem").filter({ hasText: sv("help.need_password") })).toBeVisible();
  });

  test("Z13, V9: nobody reads of what this service does not have", async ({ page }) => {
    await page.goto("/help/no-message");
    const main = page.getByRole("main");
    await expect(main).toContainText(sv("help.no_message_no_account"));
    await expect(main).not.toContainText("Google");
    const response = await page.goto("/help/other-sign-in");
    expect(response?.status()).toBe(404);
  });

  test("Z14: whoever helps members finds how to start a reset, and the poster", async ({ page, rekey }) => {
    await page.goto(PATHS.help);
    await page.getByRole("link", { name: sv("help.for_administrators_title") }).click();
    await expect(page.getByRole("main")).toContainText(`${rekey.url}/forgot-password`);
    await page.getByRole("link", { name: sv("poster.title") }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("poster.title"));
  });

  test("every page leads to the statement and the notice", async ({ page, rekey, wizard }) => {
    const about = page.getByRole("contentinfo").getByRole("navigation", { name: sv("law.nav") });
    const leads = async (): Promise<void> => {
      await expect(about.getByRole("link", { name: sv("law.statement_title") })).toHaveAttribute("href", "/help/accessibility");
      await expect(about.getByRole("link", { name: sv("law.privacy_title") })).toHaveAttribute("href", "/help/privacy");
    };
    await wizard.goto(PATHS.signIn);
    await leads();
    await wizard.toCode(rekey.person("anna"));
    await leads();
    await about.getByRole("link", { name: sv("law.statement_title") }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("law.statement_title"));
    await leads();
    // The languages stand beside them, outside of what the browser's half takes over, and lead to the same step.
    await wizard.goto(PATHS.code);
    await page.getByRole("contentinfo").getByRole("link", { name: "English" }).click();
    await expect(page).toHaveURL((url) => url.pathname === PATHS.code);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words("en")("code.title"));
  });

  test("a shared machine: nothing leads out, nothing is kept, and one can leave it", async ({ page, context, wizard, rekey }) => {
    await wizard.goto(`${PATHS.signIn}?kiosk=1`);
    const note = page.getByRole("contentinfo").getByText(sv("kiosk.note"));
    await expect(note).toBeVisible();
    await wizard.toCode(rekey.person("anna"));
    await expect(note, "it stays through the journey").toBeVisible();
    const cookies = await context.cookies();
    expect(cookies.map((cookie) => cookie.expires), "none outlives the browser").toEqual(cookies.map(() => -1));
    await page.goto("/help/accessibility");
    const hrefs = await page.getByRole("link").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).origin));
    expect(hrefs.filter((origin) => origin !== new URL(rekey.url).origin)).toEqual([]);
    await expect(page.getByRole("main")).toContainText("https://www.digg.se/tdosanmalan");
    await page.getByRole("link", { name: sv("kiosk.leave") }).click();
    await expect(note).toHaveCount(0);
    await expect(page.getByRole("link", { name: "digg.se/tdosanmalan" })).toBeVisible();
  });
});

test("a page on paper has no chrome, is black on white, and says where its links lead", async ({ page }) => {
  await page.goto("/help/privacy");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const gone of ["nav.contents", ".skip", "footer nav"]) await expect(page.locator(gone).first()).toBeHidden();
  await expect(page.locator(".printed")).toBeVisible();
  const [ink, paper] = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
  });
  expect([ink, paper]).toEqual(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
  const imy = page.getByRole("link", { name: "imy.se" });
  expect(await imy.evaluate((link) => getComputedStyle(link, "::after").content)).toContain("https://www.imy.se");
  // Nobody can type a path within the site, and there is nothing to go back to.
  await page.goto("/help/reset");
  const own = page.getByRole("main").locator('a[href^="/"]').last();
  expect(await own.evaluate((link) => getComputedStyle(link, "::after").content)).toBe("none");
  await expect(page.getByRole("link", { name: sv("help.all") })).toBeHidden();
});

test("the poster fits on one sheet, with its three languages", async ({ page }) => {
  await page.goto("/help/poster");
  await expectNoAxeViolations(page);
  await picture(page, "poster");
  for (const language of ["sv", "nb", "en"] as const) {
    const part = page.locator(`section[lang="${language}"]`);
    await expect(part.getByRole("listitem")).toHaveCount(3);
    await expect(part).toContainText(words(language)("poster.choose"));
  }
  const box = async (of: string) => (await page.locator(of).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const hint = await box("main > p:last-of-type");
  expect((await box(".poster")).y, "the square stands apart from what is above it").toBeGreaterThan(hint.y + hint.height + 16);
  // Millimetres of paper in pixels: the sheet is filled, and read from a few steps away.
  const mm = 96 / 25.4;
  await page.setViewportSize({ width: Math.round(180 * mm), height: Math.round(267 * mm) });
  await page.emulateMedia({ media: "print" });
  expect((await box(".poster")).height).toBeGreaterThan(240 * mm);
  expect((await box(".poster .square")).width).toBeGreaterThan(70 * mm);
  expect(sheets(await page.pdf(PAPER))).toBe(1);
});

test("the new pages fit a small phone and please axe", async ({ page }) => {
  for (const topic of ["accessibility", "privacy", "for-administrators", "reset", "poster"]) {
    await page.goto(`/help/${topic}`);
    await expectNoAxeViolations(page);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), topic).toBeLessThanOrEqual(320);
  }
  expect(HELP).toContain("accessibility");
});

test.describe("with text messages", () => {
  test.use({ delivery: "outside", settings: { RESET__PROVE_BY: "mail_code,sms_code" } });
  test("H5: registering a mobile phone has its own steps", async ({ page }) => {
    await page.goto(PATHS.help);
    await page.getByRole("link", { name: sv("help.register_phone_title") }).click();
    await expect(page.getByRole("main").locator("ol > li")).toHaveCount(4);
    await expect(page.getByRole("main")).toContainText(sv("account.phone_add"));
  });
});

test.describe("improvement 18: whether a page helped", () => {
  test.use({ settings: { HELP__FEEDBACK: "true", HELP__CONTROLLER: "Exempel AB", HELP__PRIVACY_URL: "https://example.com/privacy" } });

  withAndWithoutScripts(() => {
    test("yes is one press; no asks what could be better, and both are counted once", async ({ page, rekey }) => {
      const main = page.getByRole("main");
      const press = (key: "feedback_yes" | "feedback_no" | "feedback_send") =>
        main.getByRole("button", { name: sv(`help.${key}`), exact: true }).click();
      await page.goto("/help/link");
      await expect(main.getByRole("group", { name: sv("help.feedback_heading") }).getByRole("button")).toHaveCount(2);
      await expect(main.getByRole("textbox")).toHaveCount(0);
      await press("feedback_yes");
      await expect(main.getByRole("status")).toHaveText(sv("help.feedback_thanks"));
      await page.goto("/help/reset");
      await press("feedback_no");
      const field = main.getByRole("textbox", { name: sv("help.feedback_title") });
      await expect(field).toBeInViewport();
      await expect(main.getByRole("button", { name: sv("help.feedback_no"), exact: true })).toHaveCount(0);
      await field.fill("Större bokstäver");
      await press("feedback_send");
      await expect(main.getByRole("status")).toHaveText(sv("help.feedback_thanks"));
      const kept = (await rekey.run("feedback", "list")).trim().split("\n");
      expect(kept.filter((line) => line.includes("help/reset"))).toHaveLength(1);
      expect(kept.find((line) => line.includes("help/reset"))).toMatch(/ {2}no {2}Större bokstäver$/);
    });
  });
});
