// Mails as a mail program shows them on a small phone, in light and in dark.
import { join, resolve } from "node:path";
import { expectNoAxeViolations, WCAG } from "../fixtures/a11y.ts";
import { SCREENSHOTS } from "../fixtures/journeys.ts";
import type { Mail } from "../fixtures/rekey.ts";
import { replace, signIn } from "../fixtures/security.ts";
import { codeIn, expect, NEW_PASSWORD, PATHS, test } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const LOGO = resolve(import.meta.dirname, "../../tests/fixtures/logo.png");
const OWN = `[mail]\nlogo = '${LOGO}'\n[site.colours]\naccent = "#7a1f5c"\naccent_dark = "#f0a8d4"\n`;

// What a mail looks like does not depend on scripts.
test.use({ delivery: "outside", ownFile: { toml: () => OWN }, javaScriptEnabled: false });

test("mails have a face", async ({ browser, rekey, wizard }) => {
  const anna = rekey.person("anna");
  await signIn(wizard, anna);
  await replace(wizard, anna.mail, "anna@nytt.example");
  const news = await rekey.mailTo(anna.mail, 1, sv("mail.news_subject", { site: "Rekey" }));
  await wizard.page.context().clearCookies();
  await wizard.goto(PATHS.identify);
  await wizard.identify(anna.mail);
  const code = await rekey.mailTo(anna.mail, 1, sv("mail.code_subject", { site: "Rekey" }));
  await wizard.enterCode(codeIn(code));
  await wizard.choose(NEW_PASSWORD);
  const changed = await rekey.mailTo(anna.mail, 1, sv("mail.changed_subject", { site: "Rekey" }));

  const mails: [name: string, mail: Mail, title: string, rows: (string | RegExp)[]][] = [
    ["code", code, "mail.reset_title", ["Konto: anna", /^Ärendenummer: /]],
    ["changed", changed, "mail.changed_title", ["Konto: anna", /^När: /, /^Webbläsare: Chrome, /, /^Ärendenummer: /]],
    [
      "news",
      news,
      "mail.news_mail_replaced_title",
      ["Konto: anna", "Ny adress: a…@n….example", "Tidigare adress: a…@d….example", /^När: /, /^Webbläsare: Chrome, /],
    ],
  ];
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme, javaScriptEnabled: true });
    const program = await context.newPage();
    for (const [name, mail, title, rows] of mails) {
      // As mail programs do, the relay of the tests has put the attached logo in the place of its Content-ID.
      await program.setContent(mail.html);
      await expect(program.getByRole("heading", { level: 1 })).toHaveText(sv(title));
      await expect(program.getByText("Rekey", { exact: true })).toBeVisible();
      const logo = program.locator("img");
      await expect(logo).toHaveCount(1);
      expect(await logo.evaluate((img: HTMLImageElement) => [img.complete, img.naturalWidth, img.alt])).toEqual([true, 160, ""]);
      const facts = program.getByRole("table").getByRole("row");
      const said = await facts.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join(" ")));
      expect(said).toEqual(rows.map((row) => (typeof row === "string" ? row : expect.stringMatching(row))));
      await expect(program.getByRole("rowheader")).toHaveCount(rows.length);
      await program.screenshot({ path: join(SCREENSHOTS, `mail-${name}-${colorScheme}.png`), fullPage: true });
      const wider = await program.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      // A mail stands inside a page of the mail program, which has the landmarks, and a dark ground that axe takes for white.
      if (colorScheme === "light") await expectNoAxeViolations(program, WCAG);
    }
    await context.close();
  }
});
