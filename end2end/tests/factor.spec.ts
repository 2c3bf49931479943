// The second factor as people meet it: set up with an app, shown at sign-in and in a reset, with a recovery code when the phone is lost.
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { Phone } from "../fixtures/phone.ts";
import type { Person } from "../fixtures/rekey.ts";
import { codeIn, expect, NEW_PASSWORD, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const ASK = "/sign-in/factor";
const SET_UP = "/sign-in/set-up";
const OWN = "/account/security/factor";
const IN_RESET = "/forgot-password/factor";

/** Each of these pages is drawn by the server: axe runs wherever scripts may. */
async function isFine(wizard: Wizard): Promise<void> {
  if (wizard.scripts) await expectNoAxeViolations(wizard.page);
}

async function press(page: Page, key: string): Promise<void> {
  // Where recovery codes are asked for, too, their form has a button of the same name below.
  await page.getByRole("button", { name: sv(key), exact: true }).first().click();
}

/** From the page that offers it to the page that says it is on: the phone and the recovery codes. */
async function setUp(wizard: Wizard): Promise<[Phone, string[]]> {
  const { page, rekey } = wizard;
  await isFine(wizard);
  await press(page, "factor.set_up_begin");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("factor.scan_title"));
  await expect(page.getByRole("img", { name: sv("factor.scan_picture") })).toBeVisible();
  await isFine(wizard);
  const phone = await Phone.read(await page.locator("pre").innerText(), rekey);
  await press(page, "factor.scan_submit");
  await expect(wizard.summary).toContainText(sv("factor.problem_empty"));
  await isFine(wizard);
  await page.getByLabel(sv("factor.ask_label")).fill(phone.code());
  await press(page, "factor.scan_submit");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("factor.codes_title"));
  const codes = await page.locator(".codes code").allInnerTexts();
  expect(codes).toHaveLength(10);
  await isFine(wizard);
  await page.getByLabel(sv("factor.codes_saved")).check();
  await press(page, "factor.codes_go_on");
  await expect(page).toHaveURL((url) => url.pathname === OWN);
  await isFine(wizard);
  return [phone, codes];
}

async function signIn(wizard: Wizard, person: Person, password = person.password): Promise<void> {
  await wizard.page.context().clearCookies();
  await wizard.goto(PATHS.signIn);
  await wizard.signIn(person.userName, password);
}

withAndWithoutScripts(() => {
  test("an administrator sets one up, and shows it from then on", async ({ page, rekey, wizard }) => {
    const grace = rekey.person("grace");
    await signIn(wizard, grace);
    await expect(page).toHaveURL((url) => url.pathname === SET_UP);
    const [phone, codes] = await setUp(wizard);

    await signIn(wizard, grace);
    await expect(page).toHaveURL((url) => url.pathname === ASK);
    await isFine(wizard);
    await page.getByLabel(sv("factor.ask_label")).fill("12345");
    await press(page, "factor.ask_submit");
    await expect(wizard.summary).toContainText(sv("factor.problem_unusable"));
    await wizard.summary.getByRole("link").click();
    await expect(page.getByLabel(sv("factor.ask_label"))).toBeFocused();
    await isFine(wizard);
    await page.getByLabel(sv("factor.ask_label")).fill(await phone.fresh());
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL((url) => url.pathname === PATHS.account);

    await signIn(wizard, grace);
    await page.getByText(sv("factor.lost_heading"), { exact: true }).click();
    await page.getByLabel(sv("factor.lost_label")).fill((codes[0] ?? "").toUpperCase());
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL((url) => url.pathname === PATHS.account);
  });

  test("a reset asks for it between the code and the new password", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await expect(page).toHaveURL((url) => url.pathname === PATHS.account);
    await page.goto(OWN);
    const [phone] = await setUp(wizard);
    await rekey.mailTo(anna.mail, 1);

    await page.context().clearCookies();
    await wizard.goto(PATHS.identify);
    await wizard.identify(anna.mail);
    await wizard.isAt(PATHS.code, sv("code.title"));
    await wizard.ready();
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(IN_RESET, sv("factor.ask_title"));
    await isFine(wizard);
    await page.goBack();
    await wizard.ready();
    await wizard.isAt(PATHS.code, sv("code.passed_title"));
    await wizard.link("code.passed_continue").click();
    await wizard.isAt(IN_RESET, sv("factor.ask_title"));
    await page.goto(PATHS.new);
    await expect(page).toHaveURL((url) => url.pathname === IN_RESET);
    await expect(wizard.summary).toContainText(sv("factor.problem_first"));
    await page.getByLabel(sv("factor.ask_label")).fill(await phone.fresh());
    await press(page, "factor.ask_submit");
    await wizard.isAt(PATHS.new, sv("new.title"));
    await wizard.ready();
    await page.goBack();
    await wizard.isAt(PATHS.new, sv("new.title"));
    await wizard.ready();
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, sv("done.title"));

    await signIn(wizard, anna, NEW_PASSWORD);
    await expect(page).toHaveURL((url) => url.pathname === ASK);
  });
});

for (const width of [320, 1280]) {
  test(`fits ${width} px, with the key and the codes`, async ({ page, rekey, wizard }) => {
    await page.setViewportSize({ width, height: 720 });
    await signIn(wizard, rekey.person("grace"));
    await expect(page).toHaveURL((url) => url.pathname === SET_UP);
    const fits = async (): Promise<void> => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    };
    await fits();
    await press(page, "factor.set_up_begin");
    const phone = await Phone.read(await page.locator("pre").innerText(), rekey);
    await fits();
    await page.getByLabel(sv("factor.ask_label")).fill(phone.code());
    await press(page, "factor.scan_submit");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("factor.codes_title"));
    await fits();
  });
}
