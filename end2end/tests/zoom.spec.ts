// zoom: a code by mail or by text message, then straight in. The rows of the journey, in its own words; mails leave by SMTP and text
// messages by HTTP. Not here: Z10 (user management).
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { above, elsewhere, everyHelpPageIsDated, look, pictureOfMail, stepsOf } from "../fixtures/journeys.ts";
import { at, CONFIRMED_FOR, CONFIRM, isFine, isSignedOut, linkTo, press, SECURITY, signIn } from "../fixtures/security.ts";
import { codeIn, expect, linkIn, looks, NEW_PASSWORD, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";

const PHONE = "+46701740605";
const SENDER = "rekey@localhost";
const PORTAL = "https://portal.zoom.example/start";
const DAY = 24 * 60 * 60;
const PROVIDERS = {
  Google: "https://accounts.google.com/signin/recovery",
  Apple: "https://iforgot.apple.com/",
  Facebook: "https://www.facebook.com/login/identify",
  Microsoft: "https://account.live.com/password/reset",
  "Organisationens inloggning (SSO)": "https://sso.zoom.example/reset",
} as const;

test.use({ journeyName: "zoom", delivery: "outside" });

/** From nothing to the page of the code. */
async function ask(wizard: Wizard, who: string): Promise<void> {
  await wizard.goto(PATHS.identify);
  await wizard.identify(who);
  await wizard.isAt(PATHS.code, wizard.say("code.title"), true);
  await wizard.ready();
}

/** The page of the code as it looks at once, and still looks after the worker has found out who was meant. */
async function looksOf(wizard: Wizard, who: string, resolved: () => Promise<unknown>): Promise<[string, string]> {
  await ask(wizard, who);
  const before = await looks(wizard.page, who);
  await resolved();
  await wizard.reload();
  return [before, await looks(wizard.page, who)];
}

withAndWithoutScripts(() => {
  test("Z1, Z2, Z3, Z4, Z5, Z6: a code by mail, a new password twice, and in", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    await wizard.goto(PATHS.signIn);
    await wizard.link("sign_in.forgot").click();
    await wizard.isAt(PATHS.identify, say("identify.title"), true);
    await expect(page.getByLabel(say("identify.label_mail_phone"))).toBeVisible();
    await expect(wizard.button("identify.submit")).toHaveText("Nästa");

    await ask(wizard, anna.mail);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Skriv verifieringskoden");
    await expect(page.getByText(say("code.sent_to", { identifier: anna.mail }))).toBeVisible();
    const mail = await rekey.mailTo(anna.mail);
    expect(mail.subject).toBe("Din verifieringskod till Zoom");
    expect(mail.html).toContain(say("mail.code_line"));
    await wizard.unfold();
    const wait = page.getByText(say("code.no_code_wait", { sender: SENDER }));
    await expect(wait, "it can take a while, look in the spam folder, allow this sender").toBeVisible();

    await page.getByLabel("Verifieringskod", { exact: true }).fill(codeIn(mail));
    await wizard.button("code.submit").click();
    await wizard.isAt(PATHS.new, say("new.title"), true);
    await wizard.choose(NEW_PASSWORD, "något helt annat här");
    await wizard.isWrong({ field: "confirm_password", says: say("problem.confirm_differs") });
    await expect(wizard.button("new.submit")).toHaveText("Spara");
    await wizard.choose(NEW_PASSWORD);

    await wizard.isAt(PATHS.done, say("done.title"), true);
    await expect(page.getByText(say("done.signed_in"))).toBeVisible();
    const portal = page.getByRole("main").getByRole("link", { name: "Till Zoom-portalen", exact: true });
    await expect(portal).toHaveAttribute("href", PORTAL);
    const told = await rekey.mailTo(anna.mail, 2);
    expect(told.subject).toBe(say("mail.changed_subject", { site: "Zoom" }));
    expect(told.text).not.toContain(NEW_PASSWORD);

    await wizard.goto(PATHS.account);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
    await wizard.button("start.sign_out").click();
    await wizard.isAt(PATHS.signIn, say("sign_in.title"));
    await wizard.ready();
    await wizard.signIn(anna.mail, NEW_PASSWORD);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }), true);
  });
});

test("Z2: to a phone number goes a text message, however the number is written", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  await ask(wizard, "070-174 06 05");
  await expect(page.getByText(say("code.sms_sent_to", { identifier: "070-174 06 05" }))).toBeVisible();
  const sms = await rekey.smsTo(PHONE);
  const code = codeIn(sms);
  // The last line lets phones offer the code to this site and to no other.
  expect(sms.text).toBe(`${code} är din verifieringskod till Zoom. Lämna aldrig ut den.\n\n@127.0.0.1 #${code}`);
  expect(sms.from).toBe("Rekey");
  await wizard.enterCode(code);
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await expect(page.getByText(say("done.signed_in"))).toBeVisible();
  // What the person is told afterwards is the first mail: the code went by text message only.
  const told = await rekey.mailTo(rekey.person("anna").mail);
  expect(told.subject).toBe(say("mail.changed_subject", { site: "Zoom" }));
  expect(outside?.mails).toHaveLength(1);
});

test("Z3: the code is sent again, and only the newest one works", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  const first = codeIn(await rekey.mailTo(anna.mail));
  await rekey.moveClock(31);
  await wizard.reload();
  await wizard.button("code.resend").click();
  await expect(wizard.notice).toHaveText(say("code.resent"));
  const second = codeIn(await rekey.mailTo(anna.mail, 2));
  test.skip(first === second, "one time in a million both codes are the same");
  await wizard.enterCode(first);
  await wizard.isWrong({ field: "code", says: say("problem.code_replaced", { count: 5 }) });
  await wizard.enterCode(second);
  await wizard.isAt(PATHS.new, say("new.title"), true);
});

withAndWithoutScripts(() => {
  test("Z5: after Save the person is in: the button leads to the portal, and the start page has it, too", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    await page.route(PORTAL, (route) => route.fulfill({ body: "<h1>Portalen</h1>", contentType: "text/html" }));
    await ask(wizard, anna.mail);
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail)));
    await wizard.isAt(PATHS.new, say("new.title"), true);
    await wizard.ready();
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.title"), true);
    await expect(page.getByText(say("done.signed_in"))).toBeVisible();
    await page.getByRole("link", { name: "Till Zoom-portalen", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Portalen");
    await wizard.goto(PATHS.account);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
    await isFine(wizard);
    await expect(page.getByRole("main").getByRole("link", { name: "Till Zoom-portalen", exact: true })).toHaveAttribute("href", PORTAL);
    // Signed in all through, with nothing asked for again.
    await page.goto(SECURITY);
    await at(wizard, SECURITY);
  });

  test("Z5, improvement 17: the portal and the other sign-ins have their names in the language of the page", async ({ page, rekey, wizard }) => {
    await ask(wizard, rekey.person("anna").mail);
    await wizard.enterCode(codeIn(await rekey.mailTo(rekey.person("anna").mail)));
    await wizard.isAt(PATHS.new, wizard.say("new.title"), true);
    await wizard.ready();
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, wizard.say("done.title"), true);
    const names = {
      en: ["Go to the Zoom portal", "Your organisation’s sign-in (SSO)"],
      nb: ["Til Zoom-portalen", "Organisasjonens innlogging (SSO)"],
      sv: ["Till Zoom-portalen", "Organisationens inloggning (SSO)"],
    } as const;
    for (const [language, [portal, service]] of Object.entries(names)) {
      for (const path of [PATHS.done, PATHS.account]) {
        await wizard.goto(`${path}?lang=${language}`);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expect(page.getByRole("main").getByRole("link", { name: portal, exact: true })).toHaveAttribute("href", PORTAL);
        await expect(page.locator("main [lang]"), "nothing is in another language").toHaveCount(0);
      }
      await wizard.goto(`/help/other-sign-in?lang=${language}`);
      await expect(page.getByRole("main").getByRole("link", { name: service, exact: true })).toBeVisible();
      await expect(page.locator("main [lang]")).toHaveCount(0);
    }
  });

  test("Z11: whoever knows the password changes it on the page of their security", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    const other = await elsewhere(wizard);
    await signIn(other, anna);
    await signIn(wizard, anna);
    await wizard.link("account.security_title").click();
    await wizard.isAt(SECURITY, say("account.security_title"));
    await linkTo(wizard, "account.change_what", say("account.password_heading")).click();
    await wizard.isAt(`${SECURITY}/password`, say("new.change_title"));
    await wizard.ready();
    await expect(wizard.button("new.submit")).toHaveText("Spara");
    await wizard.field("password").fill(anna.password);
    await wizard.field("new_password").fill("fyra katter");
    const rule = page.locator(".rules li").filter({ hasText: say("new.rule_min_length", { min: 15 }) });
    if (wizard.scripts) {
      await expect(rule).toHaveClass("unmet");
      await wizard.field("new_password").fill(NEW_PASSWORD);
      await expect(rule).toHaveClass("met");
    } else {
      await wizard.choose("fyra katter");
      await wizard.isWrong({ field: "new_password", says: say("problem.password_too_short", { min: 15, count: 11 }) });
      await wizard.field("password").fill(anna.password);
    }
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(SECURITY, say("account.security_title"));
    await expect(wizard.notice).toHaveText(say("account.done_password"));
    expect((await rekey.mailTo(anna.mail)).subject).toBe(say("mail.changed_subject", { site: "Zoom" }));
    await rekey.smsTo(PHONE);
    await isSignedOut(other);
    await other.page.context().close();
    await press(wizard, "start.sign_out");
    await wizard.isAt(PATHS.signIn, say("sign_in.title"));
    await wizard.ready();
    await wizard.signIn(anna.mail, anna.password);
    await wizard.isWrong({ field: "password", says: say("problem.sign_in_refused") });
    await wizard.signIn(anna.mail, NEW_PASSWORD);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
  });
});

test("Z11: the present password is asked for however long ago one has signed in, and by itself is enough", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await signIn(wizard, anna);
  await rekey.moveClock(CONFIRMED_FOR + 1);
  await page.goto(`${SECURITY}/password`);
  expect(new URL(page.url()).pathname, "it asks for the password itself").not.toBe(CONFIRM);
  await wizard.ready();
  await wizard.field("password").fill("inte alls det rätta");
  await wizard.choose(NEW_PASSWORD);
  await wizard.isWrong({ field: "password", says: say("problem.password_not_present") });
  await wizard.field("password").fill(anna.password);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(SECURITY, say("account.security_title"));
});

test("Z7: who signs in elsewhere or has no password is told by mail, and the page tells nobody", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const nobody = await looksOf(wizard, "nobody@demo.example", () => Promise.resolve());
  for (const [mailOf, says] of [
    ["farid", say("mail.elsewhere_provider", { provider: "Google" })],
    ["nils", say("mail.elsewhere_nobody")],
  ] as const) {
    const { mail: address } = rekey.person(mailOf);
    expect(await looksOf(wizard, address, () => rekey.mailTo(address)), `the page of ${mailOf}`).toEqual(nobody);
    const mail = await rekey.mailTo(address);
    expect(mail.subject).toBe(say("mail.elsewhere_subject", { site: "Zoom" }));
    expect(mail.text.replaceAll(/\s+/g, " ")).toContain(says);
    expect(mail.text, "no code").not.toMatch(/(?<!\d)\d{3}[ \u00a0]?\d{3}(?!\d)/);
    expect(mail.text.includes(PROVIDERS.Google), "the link, where there is a place to go").toBe(mailOf === "farid");
    expect(mail.html.includes(`href="${PROVIDERS.Google}"`)).toBe(mailOf === "farid");
    expect(mail.text, "no link of ours that would set a password").not.toContain("/r/");
  }
  await wizard.enterCode("123456");
  await wizard.isWrong({ field: "code", says: say("problem.code_wrong", { count: 4 }) });
  expect(outside?.mails).toHaveLength(2);
  await expect(page.getByText("Google")).toHaveCount(0);
});

test("Z7: the same by text message, without a link", async ({ rekey, outside, wizard }) => {
  const { say } = wizard;
  const nobody = await looksOf(wizard, "+46 70 174 06 99", () => Promise.resolve());
  for (const [number, says] of [
    ["+46701740690", say("sms.elsewhere_provider", { site: "Zoom", provider: "Google" })],
    ["+46701740691", say("sms.elsewhere_nobody", { site: "Zoom" })],
  ] as const) {
    expect(await looksOf(wizard, number, () => rekey.smsTo(number))).toEqual(nobody);
    const sms = await rekey.smsTo(number);
    expect(sms.text).toBe(says);
    expect(sms.text).not.toMatch(/https?:|www\.|\.com/);
  }
  expect(outside?.texts).toHaveLength(2);
  expect(outside?.mails).toHaveLength(0);
});

test("Z8: an unknown account is not told by default", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const known = await looksOf(wizard, rekey.person("anna").mail, () => rekey.mailTo(rekey.person("anna").mail));
  // What was asked for later has been found out later: once Björn has his mail, the worker knows that there is nobody here.
  const unknown = await looksOf(wizard, "nobody@demo.example", async () => {
    const other = await elsewhere(wizard);
    await ask(other, rekey.person("bjorn").mail);
    await rekey.mailTo(rekey.person("bjorn").mail);
    await other.page.context().close();
  });
  expect(unknown).toEqual(known);
  await expect(page.getByText(say("code.unknown_title"))).toHaveCount(0);
  expect(outside?.mails).toHaveLength(2);
});

test.describe("where the operator reveals it", () => {
  test.use({ settings: { RESET__REVEAL_UNKNOWN: "true" } });

  test("Z8: an unknown account is told as such", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    await wizard.goto(PATHS.identify);
    await wizard.identify("nobody@demo.example");
    await expect(page).toHaveURL(PATHS.code);
    // The worker finds out after the page has been answered: at the latest the next look at the page tells.
    await expect(async () => {
      await wizard.reload();
      await wizard.isAt(PATHS.code, say("code.unknown_title"));
    }).toPass();
    await expect(page.getByText(say("code.unknown_text"))).toBeVisible();
    await expect(wizard.field("code")).toHaveCount(0);
    await look(page, "zoom-unknown");
    await wizard.link("code.other_identifier").click();
    await wizard.isAt(PATHS.identify, say("identify.title"), true);
    await wizard.identify(rekey.person("anna").mail);
    await wizard.isAt(PATHS.code, say("code.title"), true);
    await wizard.ready();
    await wizard.enterCode(codeIn(await rekey.mailTo(rekey.person("anna").mail)));
    await wizard.isAt(PATHS.new, say("new.title"), true);
  });
});

test("Z9: the link in the mail works for a day, on any device", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  const link = linkIn(await rekey.mailTo(anna.mail));
  await rekey.moveClock(DAY - 60);
  const phone = await elsewhere(wizard);
  await phone.goto(link);
  await phone.isAt(PATHS.new, say("new.title"));
  await phone.choose(NEW_PASSWORD);
  await phone.isAt(PATHS.done, say("done.title"), true);
  await phone.page.context().close();
});

test("Z9: after a day it is too old", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  const link = linkIn(await rekey.mailTo(anna.mail));
  await rekey.moveClock(DAY + 1);
  await wizard.goto(link);
  await wizard.isAt(PATHS.new, say("link.expired_title"));
  await expect(page.getByText(say("link.expired_text"))).toBeVisible();
  await wizard.button("link.renew").click();
  await wizard.isAt(PATHS.code, say("code.title"), true);
  linkIn(await rekey.mailTo(anna.mail, 2));
});

test("Z9: the newest link wins", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  const older = linkIn(await rekey.mailTo(anna.mail));
  await ask(wizard, anna.mail);
  const newer = linkIn(await rekey.mailTo(anna.mail, 2));
  await wizard.goto(older);
  await wizard.isAt(PATHS.new, say("link.replaced_title"));
  await wizard.goto(newer);
  await wizard.isAt(PATHS.new, say("new.title"));
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
});

test("Z9: the mail says how long the link works", async ({ rekey, wizard }) => {
  await ask(wizard, rekey.person("anna").mail);
  const mail = await rekey.mailTo(rekey.person("anna").mail);
  expect(mail.text, "the code's hour is not all there is").toMatch(/24 timmar|länken gäller/i);
});

test("Z12: a mailed code still works after 59 minutes, and page and help say to wait", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  await expect(page.getByText(say("code.lifetime_both", { mail: 60, sms: 10 }))).toBeVisible();
  const code = codeIn(await rekey.mailTo(anna.mail));
  await wizard.unfold();
  await wizard.link("code.no_code_help").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.no_message_title"));
  expect(say("help.no_message_wait")).toContain("30 minuter");
  await expect(page.getByText(say("help.no_message_wait"))).toBeVisible();
  await expect(page.getByText(say("help.no_message_code_lifetime", { lifetime: say("help.minutes", { count: 60 }) }))).toBeVisible();

  await rekey.moveClock(59 * 60);
  await page.getByRole("link", { name: say("error_page.back"), exact: true }).click();
  await wizard.isAt(PATHS.code, say("code.title"));
  await wizard.ready();
  await wizard.enterCode(code);
  await wizard.isAt(PATHS.new, say("new.title"), true);
});

test("Z12: a mailed code is too old after 60 minutes", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  const code = codeIn(await rekey.mailTo(anna.mail));
  await rekey.moveClock(60 * 60 + 1);
  await wizard.enterCode(code);
  await expect(wizard.summary.getByRole("listitem")).toHaveText([say("problem.code_expired")]);
});

test("Z13: the help explains “no such account” and shows everyone where the others reset", async ({ page, wizard }) => {
  const { say } = wizard;
  await wizard.goto(PATHS.signIn);
  await page.getByText(say("sign_in.need_help")).click();
  await page.getByRole("group").getByRole("link", { name: say("common.way_out_link") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.title"));
  await page.getByRole("link", { name: say("help.other_sign_in_title"), exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: say("help.other_sign_in_unknown_heading") })).toBeVisible();
  await expect(page.getByText(say("help.other_sign_in_unknown"))).toBeVisible();
  for (const [name, href] of Object.entries(PROVIDERS)) {
    await expect(page.getByRole("link", { name, exact: true })).toHaveAttribute("href", href);
  }
  await look(page, "zoom-other-sign-in");
});

test("H1: every page of the help is dated", async ({ page, wizard }) => {
  await everyHelpPageIsDated(wizard);
  await expectNoAxeViolations(page);
});

test("H2: resetting and changing step by step, in the words of the pages", async ({ wizard }) => {
  const { say } = wizard;
  const reset = (await stepsOf(wizard, "reset")).join("\n");
  for (const words of [say("sign_in.forgot"), "Nästa", SENDER, "Spara", say("help.reset_done_signed_in")]) {
    expect(reset).toContain(words);
  }
  expect(reset, "a number gets a text message").toMatch(/sms/i);
  const change = (await stepsOf(wizard, "change")).join("\n");
  expect(change).toContain("Spara");
  expect(change, "by mail or text message").toContain(say("help.change_prove"));
});

test("every page looks right on a phone and on a desk", async ({ page, rekey, wizard }) => {
  test.setTimeout(300_000);
  const { say } = wizard;
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.identify);
  await above(wizard.field("identifier"), wizard.button("identify.submit"));
  await look(page, "zoom-identify");
  await ask(wizard, anna.mail);
  await look(page, "zoom-code");
  const mail = await rekey.mailTo(anna.mail);
  await pictureOfMail(wizard, mail, "zoom-mail-code");
  await wizard.enterCode(codeIn(mail));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await look(page, "zoom-new");
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await look(page, "zoom-done");
  await pictureOfMail(wizard, await rekey.mailTo(anna.mail, 2), "zoom-mail-changed");
  await page.goto("/help/no-message");
  await look(page, "zoom-help-no-message");
  await page.goto("/help/reset");
  await look(page, "zoom-help-reset");
});
