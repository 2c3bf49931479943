// A week in the life of one person, at a desk, at a laptop and at a phone: everything that the pages of an account are for, one after another.
import { elsewhere } from "../fixtures/journeys.ts";
import {
  at,
  CONFIRM,
  DAY,
  FACTOR,
  events,
  fact,
  giveCode,
  GOES,
  isSignedOut,
  named,
  press,
  register,
  replace,
  SECURITY,
  setUpFactor,
  showFactor,
  signIn,
  stopCodeIn,
  stopIn,
  WAITS,
} from "../fixtures/security.ts";
import { codeIn, expect, NEW_PASSWORD, PATHS, test, type Wizard } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const ADDRESS = "anna@ny.example";
const THIEF = "tjuv@else.example";
const NUMBER = "070-174 06 77";
const CANONICAL = "+46701740677";
const LAST_PASSWORD = "sju blå hästar i skogen";
const IN_RESET = "/forgot-password/factor";
const USER_AGENT =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

test("a week in the life of one person", async ({ browser, rekey, wizard: desk }) => {
  test.setTimeout(300_000);
  const anna = rekey.person("anna");
  const laptop = await elsewhere(desk);
  const pocket = await browser.newContext({
    baseURL: rekey.url,
    locale: "sv-SE",
    userAgent: USER_AGENT,
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  const phone = await elsewhere(desk, await pocket.newPage());
  const [code, news] = [sv("mail.code_subject", { site: "Rekey" }), sv("mail.news_subject", { site: "Rekey" })];

  await test.step("Monday: she registers her number at the desk", async () => {
    await signIn(desk, anna);
    await register(desk, NUMBER, CANONICAL);
    await rekey.mailTo(anna.mail, 1, news);
  });

  await test.step("Monday: she changes her address; the old one is told, and goes a day later", async () => {
    await replace(desk, anna.mail, ADDRESS);
    await expect(fact(desk, anna.mail)).toContainText(GOES);
    await expect(fact(desk, ADDRESS)).toContainText(WAITS);
    await rekey.mailTo(anna.mail, 2, news);
    await rekey.moveClock(DAY);
    // A night has passed: the session is over, and the page says so.
    await isSignedOut(desk);
    await signIn(desk, { ...anna, mail: ADDRESS });
    await desk.page.goto(SECURITY);
    await expect(fact(desk, anna.mail)).toHaveCount(0);
    await expect(fact(desk, ADDRESS)).toBeVisible();
    await expect(desk.page.getByText(WAITS)).toHaveCount(0);
  });

  await test.step("Tuesday: she loses the laptop, and ends its session from the phone", async () => {
    await signIn(laptop, { ...anna, mail: ADDRESS });
    await signIn(phone, { ...anna, mail: ADDRESS });
    await phone.link("account.security_title").tap();
    await phone.link("account.sessions_more").tap();
    await phone.isAt(`${SECURITY}/sessions`, sv("account.sessions_heading"));
    const devices = phone.page.locator(".fact");
    await expect(devices).toHaveCount(3);
    await expect(devices.filter({ hasText: "Safari, iPhone" })).toContainText(sv("account.session_here"));
    // Desk and laptop are alike by name; the newest one is the laptop's.
    const others = devices.filter({ has: phone.page.getByRole("button") });
    await expect(others).toHaveCount(2);
    await phone.button("account.sessions_end_others").tap();
    await expect(phone.notice).toHaveText(sv("account.done_sessions"));
    await expect(devices).toHaveCount(1);
    await isSignedOut(laptop);
    await isSignedOut(desk);
  });

  await test.step("Wednesday: whoever found the laptop knows her password, and takes the account", async () => {
    await rekey.moveClock(DAY);
    await signIn(laptop, { ...anna, mail: ADDRESS });
    await replace(laptop, ADDRESS, THIEF);
    const told = await rekey.smsTo(CANONICAL, 2);
    const what = sv("mail.fact_new_mail", { contact: `${THIEF[0]}*@${THIEF.split("@")[1]?.[0]}*.${THIEF.split(".").at(-1)}` });
    const values = { site: "Rekey", what, help: sv("sign_in.need_help"), code: stopCodeIn(told) };
    expect(told.text, "the number is told, too").toBe(sv("sms.news_stop_named", values));
  });

  await test.step("Wednesday: she stops it from the mail, on the phone, and chooses another password", async () => {
    const told = await rekey.mailTo(ADDRESS, 1, news);
    await phone.page.goto(stopIn(told));
    await phone.isAt("/stop", sv("account.stop_contacts_title"));
    await laptop.page.goto(SECURITY);
    await expect(fact(laptop, THIEF), "reading has stopped nothing").toBeVisible();
    await press(phone, "account.stop_submit");
    await phone.isAt("/stop/done", sv("account.stop_done_title"));
    await phone.link("help.start").click();
    await phone.isAt(PATHS.code, sv("code.title"));
    await phone.ready();
    await isSignedOut(laptop);
    await laptop.ready();
    await laptop.signIn(ADDRESS, anna.password);
    await laptop.isWrong({ field: "password", says: sv("problem.sign_in_refused") });
    await phone.enterCode(codeIn(await rekey.mailTo(ADDRESS, 1, code)));
    await phone.isAt(PATHS.new, sv("new.title"), true);
    await phone.ready();
    await phone.choose(NEW_PASSWORD);
    await phone.isAt(PATHS.done, sv("done.title"), true);
  });

  const app = await test.step("Thursday: she turns on two-step verification, and shows it at the desk", async () => {
    await signIn(phone, { ...anna, mail: ADDRESS }, NEW_PASSWORD);
    await phone.page.goto(SECURITY);
    await expect(fact(phone, ADDRESS)).toBeVisible();
    await expect(phone.page.getByText(THIEF)).toHaveCount(0);
    await phone.page.goto(`${SECURITY}/factor`);
    if (new URL(phone.page.url()).pathname === CONFIRM) {
      await phone.field("password").fill(NEW_PASSWORD);
      await press(phone, "account.confirm_submit");
    }
    await phone.isAt(`${SECURITY}/factor`, sv("factor.set_up_title"));
    const [made] = await setUpFactor(phone);
    await desk.goto(PATHS.signIn);
    await desk.signIn(ADDRESS, NEW_PASSWORD);
    await desk.isAt(FACTOR, sv("factor.ask_title"));
    await showFactor(desk, made);
    await isIn(desk);
    return made;
  });

  await test.step("Saturday: at a new laptop she has forgotten the password, and resets it with code and app", async () => {
    await rekey.moveClock(2 * DAY);
    await signInWithFactor();
    await laptop.goto(PATHS.identify);
    await laptop.identify(ADDRESS);
    await laptop.isAt(PATHS.code, sv("code.title"), true);
    await laptop.ready();
    await laptop.enterCode(codeIn(await rekey.mailTo(ADDRESS, 2, code)));
    await laptop.isAt(IN_RESET, sv("factor.ask_title"));
    await showFactor(laptop, app);
    await laptop.isAt(PATHS.new, sv("new.title"));
    await laptop.ready();
    await laptop.choose(LAST_PASSWORD);
    await laptop.isAt(PATHS.done, sv("done.title"), true);
  });

  await test.step("Sunday: everything else is signed out; the new password and the app open the account", async () => {
    for (const device of [desk, phone]) await isSignedOut(device);
    await desk.ready();
    await desk.signIn(ADDRESS, NEW_PASSWORD);
    await desk.isWrong({ field: "password", says: sv("problem.sign_in_refused") });
    await desk.signIn(ADDRESS, LAST_PASSWORD);
    await at(desk, FACTOR);
    await showFactor(desk, app);
    await isIn(desk);
    await desk.page.goto(`${SECURITY}/activity`);
    for (const event of ["password_changed", "change_stopped", "contact_replaced", "sessions_ended", "signed_in"]) {
      await expect(events(desk.page).filter({ hasText: sv(`account.event_${event}`) }).first()).toBeVisible();
    }
    // And the next change asks for a code or for both of them again.
    await rekey.moveClock(301);
    await desk.page.goto(`${SECURITY}/mail`);
    await desk.isAt(CONFIRM, sv("account.confirm_title"));
    await named(desk, "account.confirm_mail", { address: ADDRESS }).click();
    await desk.isAt(`${CONFIRM}/code`, sv("code.title"));
    await desk.field("totp").fill(await app.fresh());
    await giveCode(desk, codeIn(await rekey.mailTo(ADDRESS, 3, code)));
    await desk.isAt(`${SECURITY}/mail`, sv("account.mail_title"));
  });

  await laptop.page.context().close();
  await pocket.close();

  /** Signed in all the way: at the start page, or at the one that was asked for before. */
  async function isIn(device: Wizard): Promise<void> {
    await expect(device.page).toHaveURL((url) => url.pathname.startsWith(PATHS.account));
  }

  /** Both of the devices that are to be signed out: sessions of Thursday have ended by themselves. */
  async function signInWithFactor(): Promise<void> {
    for (const device of [desk, phone]) {
      await device.goto(PATHS.signIn);
      await device.signIn(ADDRESS, NEW_PASSWORD);
      await device.isAt(FACTOR, sv("factor.ask_title"));
      await showFactor(device, app);
      await isIn(device);
    }
  }
});
