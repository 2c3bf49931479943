// The pages of somebody who is signed in: the security page, what is changed there, and a week in which much goes wrong.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { elsewhere } from "../fixtures/journeys.ts";
import type { Sms } from "../fixtures/outside.ts";
import type { Mail, Person } from "../fixtures/rekey.ts";
import { codeIn, expect, NEW_PASSWORD, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const SECURITY = "/account/security";
const PAGES = [
  "/account",
  SECURITY,
  `${SECURITY}/name`,
  `${SECURITY}/mail`,
  `${SECURITY}/phone`,
  `${SECURITY}/password`,
  `${SECURITY}/factor`,
  `${SECURITY}/sessions`,
  `${SECURITY}/activity`,
  "/account/confirm",
  "/stop",
];

async function signIn(wizard: Wizard, person: Person, password = person.password): Promise<void> {
  await wizard.goto(PATHS.signIn);
  await wizard.signIn(person.userName, password);
  await at(wizard.page, PATHS.account);
}

async function at(page: Page, path: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.pathname === path);
}

async function press(page: Page, key: string): Promise<void> {
  // Where recovery codes are asked for, too, their form has a button of the same name below.
  await page.getByRole("button", { name: sv(key), exact: true }).first().click();
}

/** Each of these pages is drawn by the server: axe runs wherever scripts may. */
async function isFine(wizard: Wizard): Promise<void> {
  if (wizard.scripts) await expectNoAxeViolations(wizard.page);
  const wide = await wizard.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, `${wizard.page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
}

function codeOf(sms: Sms): string {
  return /\d{6}/.exec(sms.text)?.[0] ?? "";
}

/** The path of "this was not me". */
function stopIn(mail: Mail): string {
  return /\/stop\/\S+/.exec(mail.text)?.[0] ?? "";
}

/** Registers a number and proves it. */
async function register(wizard: Wizard, typed: string, number: string): Promise<void> {
  const { page, rekey } = wizard;
  await page.goto(`${SECURITY}/phone`);
  await page.getByLabel(sv("account.phone_label")).fill(typed);
  await press(page, "account.send_code");
  await at(page, `${SECURITY}/code`);
  await page.getByLabel(sv("code.label")).fill(codeOf(await rekey.smsTo(number)));
  await press(page, "account.code_submit");
  await at(page, SECURITY);
  await expect(wizard.notice).toHaveText(sv("account.done_contact"));
  await expect(page.getByText(typed)).toBeVisible();
}

/** Puts a new address in the place of an old one. */
async function replace(wizard: Wizard, old: string, address: string): Promise<void> {
  const { page, rekey } = wizard;
  await page.goto(SECURITY);
  await page.getByRole("link", { name: sv("account.change_what", { what: old }) }).click();
  await page.getByLabel(sv("account.mail_label")).fill(address);
  await press(page, "account.send_code");
  await at(page, `${SECURITY}/code`);
  await page.getByLabel(sv("code.label")).fill(codeIn(await rekey.mailTo(address)));
  await press(page, "account.code_submit");
  await at(page, SECURITY);
  await expect(page.getByText(address)).toBeVisible();
}

withAndWithoutScripts(() => {
  test("every page is fine on a narrow phone", async ({ page, rekey, wizard }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await signIn(wizard, rekey.person("anna"));
    for (const path of PAGES) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await isFine(wizard);
      if (path !== "/stop") await expect(page.getByRole("button", { name: sv("start.sign_out"), exact: true })).toBeVisible();
    }
  });

  test("O3: a number is registered and proved with a code", async ({ rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await register(wizard, "070-174 06 77", "+46701740677");
    await isFine(wizard);
  });

  test("A8: an address is changed by itself, confirmed at the new one and told to the old one", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/mail`);
    await page.getByLabel(sv("account.mail_label")).fill("ingen adress");
    await press(page, "account.send_code");
    await expect(wizard.summary).toContainText(sv("account.wrong_mail_unusable"));
    await isFine(wizard);
    await wizard.summary.getByRole("link").click();
    await expect(page.getByLabel(sv("account.mail_label"))).toBeFocused();
    await replace(wizard, anna.mail, "anna@ny.example");
    await isFine(wizard);
    const notice = await rekey.mailTo(anna.mail);
    expect(notice.subject).toBe(sv("mail.news_subject", { site: "Rekey" }));
    expect(stopIn(notice)).not.toBe("");
  });

  test("A14: a mailed code is asked for before a sensitive change", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await rekey.moveClock(301);
    await page.goto(`${SECURITY}/mail`);
    await at(page, "/account/confirm");
    await isFine(wizard);
    await page.getByLabel(sv("account.confirm_password")).fill("inte alls det rätta");
    await press(page, "account.confirm_submit");
    await expect(wizard.summary).toContainText(sv("account.wrong_password"));
    await page.getByRole("button", { name: sv("account.confirm_mail", { address: anna.mail }) }).click();
    await at(page, "/account/confirm/code");
    await isFine(wizard);
    await page.getByLabel(sv("code.label")).fill(codeIn(await rekey.mailTo(anna.mail)));
    await press(page, "account.code_submit");
    await at(page, `${SECURITY}/mail`);
  });

  test("Z11, A7: whoever knows the password changes it, and all others are signed out", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const other = await elsewhere(wizard);
    await signIn(other, anna);
    await signIn(wizard, anna);
    await wizard.goto(`${SECURITY}/password`);
    await wizard.field("password").fill(anna.password);
    await wizard.field("new_password").fill("kort");
    if (wizard.scripts) await expect(page.locator(".rules .unmet").first()).toBeVisible();
    await wizard.choose("kort");
    await expect(wizard.summary).toContainText("15");
    await wizard.field("password").fill(anna.password);
    await wizard.field("new_password").fill(NEW_PASSWORD);
    if (wizard.scripts) await expect(page.locator(".rules .unmet")).toHaveCount(0);
    await wizard.choose(NEW_PASSWORD);
    await at(page, SECURITY);
    await expect(wizard.notice).toHaveText(sv("account.done_password"));
    await other.page.goto(PATHS.account);
    await at(other.page, PATHS.signIn);
    await other.page.context().close();
  });

  test("a stranger's change is stopped, and reading the mail does nothing", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const thief = await elsewhere(wizard);
    await signIn(thief, anna);
    await replace(thief, anna.mail, "tjuv@else.example");
    const path = stopIn(await rekey.mailTo(anna.mail));
    await page.goto(path);
    await at(page, "/stop");
    await isFine(wizard);
    await thief.page.goto(SECURITY);
    await at(thief.page, SECURITY);
    await press(page, "account.stop_submit");
    await at(page, PATHS.code);
    await thief.page.goto(SECURITY);
    await at(thief.page, PATHS.signIn);
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(sv("account.stop_used_title"));
    await isFine(wizard);
    await thief.page.context().close();
  });
});

test("before a session ends for lack of use, one is warned and can stay", async ({ page, rekey, wizard }) => {
  await page.clock.install();
  await signIn(wizard, rekey.person("anna"));
  await page.goto(SECURITY);
  await page.clock.fastForward("07:57:00");
  await expect(page.getByText(sv("account.stay_text"))).toBeHidden();
  await page.clock.fastForward("01:30");
  await expect(page.getByText(sv("account.stay_text"))).toBeVisible();
  await expectNoAxeViolations(page);
  await press(page, "account.stay_submit");
  await expect(page.getByText(sv("account.stay_text"))).toBeHidden();
  await page.clock.fastForward("07:58:30");
  await expect(page.getByText(sv("account.stay_text"))).toBeVisible();
  // Nobody is there: the page is left before anybody else reads it.
  await rekey.moveClock(9 * 3600);
  await page.clock.fastForward("02:00");
  await at(page, PATHS.signIn);
  await expect(wizard.notice).toHaveText(sv("problem.session_over"));
});

/** The code that an app shows for a key at this time, so many seconds ahead (RFC 6238). */
function totp(key: string, ahead: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replace(/\s/g, "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor((Date.now() / 1000 + ahead) / 30)));
  const hash = createHmac("sha1", secret).update(step).digest();
  const number = hash.readUInt32BE((hash[19] ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

test("a week in the life of one person", async ({ page, rekey, wizard }) => {
  test.slow();
  const anna = rekey.person("anna");
  const laptop = await elsewhere(wizard);
  const phone = await elsewhere(wizard);
  let ahead = 0;
  const wait = async (seconds: number): Promise<void> => {
    await rekey.moveClock(seconds);
    ahead += seconds;
  };
  const address = "anna@ny.example";

  await test.step("she registers a number and changes her address", async () => {
    await signIn(wizard, anna);
    await register(wizard, "070-174 06 77", "+46701740677");
    await replace(wizard, anna.mail, address);
    await expect(page.getByText(/Kan återställa lösenordet från/).first()).toBeVisible();
  });

  await test.step("she loses the laptop and signs it out from the phone", async () => {
    await signIn(laptop, anna);
    await signIn(phone, anna);
    await phone.page.goto(`${SECURITY}/sessions`);
    await press(phone.page, "account.sessions_end_others");
    await expect(phone.notice).toHaveText(sv("account.done_sessions"));
    await laptop.page.goto(SECURITY);
    await at(laptop.page, PATHS.signIn);
  });

  let password = NEW_PASSWORD;
  await test.step("two days later a change that is not hers is stopped", async () => {
    await wait(2 * 24 * 3600);
    await signIn(laptop, anna);
    await replace(laptop, address, "tjuv@else.example");
    await phone.page.goto(stopIn(await rekey.mailTo(address, 2)));
    await press(phone.page, "account.stop_submit");
    await at(phone.page, PATHS.code);
    await laptop.page.goto(SECURITY);
    await at(laptop.page, PATHS.signIn);
    await phone.ready();
    await phone.enterCode(codeIn(await rekey.mailTo(address, 1, sv("mail.code_subject", { site: "Rekey" }))));
    await phone.isAt(PATHS.new, sv("new.title"));
    await phone.ready();
    await phone.choose(password);
    await phone.isAt(PATHS.done, sv("done.title"));
  });

  let key = "";
  await test.step("she turns on two-step verification and signs in with it", async () => {
    await signIn(phone, anna, password);
    await phone.page.goto(`${SECURITY}/factor`);
    // The password was changed a moment ago, so she shows once more that it is her.
    await at(phone.page, "/account/confirm");
    await phone.page.getByLabel(sv("account.confirm_password")).fill(password);
    await press(phone.page, "account.confirm_submit");
    await press(phone.page, "factor.set_up_begin");
    key = await phone.page.locator("pre").innerText();
    await phone.page.getByLabel(sv("factor.ask_label")).fill(totp(key, ahead));
    await press(phone.page, "factor.scan_submit");
    await press(phone.page, "factor.codes_saved");
    await wait(60);
    await wizard.goto(PATHS.signIn);
    await wizard.signIn(anna.userName, password);
    await at(page, "/sign-in/factor");
    await page.getByLabel(sv("factor.ask_label")).fill(totp(key, ahead));
    await press(page, "factor.ask_submit");
    await at(page, PATHS.account);
  });

  await test.step("she resets the password and finds everything else signed out", async () => {
    await wait(6 * 3600);
    const before = (await rekey.mailbox()).filter((mail) => mail.to.includes(address)).length;
    await laptop.goto(PATHS.identify);
    await laptop.identify(anna.userName);
    await laptop.isAt(PATHS.code, sv("code.title"));
    await laptop.ready();
    await laptop.enterCode(codeIn(await rekey.mailTo(address, before + 1)));
    await at(laptop.page, "/forgot-password/factor");
    await laptop.page.getByLabel(sv("factor.ask_label")).fill(totp(key, ahead));
    await press(laptop.page, "factor.ask_submit");
    await laptop.isAt(PATHS.new, sv("new.title"));
    await laptop.ready();
    password = "sju blå hästar i skogen";
    await laptop.choose(password);
    await laptop.isAt(PATHS.done, sv("done.title"));
    for (const device of [page, phone.page]) {
      await device.goto(SECURITY);
      await at(device, PATHS.signIn);
    }
  });
  await laptop.page.context().close();
  await phone.page.context().close();
});
