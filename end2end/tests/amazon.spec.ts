// amazon: choose the channel, sign out everywhere. The rows of the journey, in its own words; mails leave by SMTP and text messages by
// HTTP. Not here: A9, and of A11 the case that customer service opens.
import { above, elsewhere, everyHelpPageIsDated, look, pictureOfMail, stepsOf } from "../fixtures/journeys.ts";
import {
  at,
  CONFIRM,
  CONFIRMED_FOR,
  fact,
  giveCode,
  isFine,
  isSignedOut,
  linkTo,
  named,
  press,
  register,
  replace,
  SECURITY,
  SET_UP,
  shown,
  signIn,
  stopIn,
} from "../fixtures/security.ts";
import { codeIn, expect, looks, NEW_PASSWORD, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";

const PHONE = "+46701740605";
const POSTAL_CODE = "802 51";
const PORTAL = "https://butik.amazon.example/";

test.use({ journeyName: "amazon", delivery: "outside" });

type By = "mail" | "sms";

/** From nothing to the page of the code. */
async function ask(wizard: Wizard, who: string, by: By = "mail", postalCode = POSTAL_CODE): Promise<void> {
  await wizard.goto(PATHS.identify);
  await wizard.field("postal_code").fill(postalCode);
  await wizard.page.getByLabel(wizard.say(`identify.channel_${by}`)).check();
  await wizard.identify(who);
  await wizard.isAt(PATHS.code, wizard.say("code.title"), true);
  await wizard.ready();
}

/** Every step shows the way out to everybody. */
async function showsTheWayOut(wizard: Wizard): Promise<void> {
  const { say } = wizard;
  const way = wizard.page.locator(".way-out");
  await expect(way).toContainText("Har du bytt nummer eller adress?");
  await expect(way.getByRole("link", { name: say("common.way_out_link") })).toHaveAttribute("href", "/help/changed-contact");
}

withAndWithoutScripts(() => {
  test("A1, A2, A3, A5, A11: a one-time password by mail, a new password twice, saved and signed in", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    await wizard.goto(PATHS.identify);
    await wizard.isAt(PATHS.identify, "Lösenordshjälp");
    await expect(page.getByLabel(say("identify.label_mail_phone"))).toBeVisible();
    await expect(page.getByLabel(say("identify.postal_code"))).toBeVisible();
    const channels = page.getByRole("group", { name: "Hur vill du få engångslösenordet?" }).getByRole("radio");
    await expect(channels).toHaveCount(2);
    await expect(wizard.button("identify.submit")).toHaveText("Fortsätt");
    await showsTheWayOut(wizard);

    await ask(wizard, anna.mail);
    await showsTheWayOut(wizard);
    await expect(page.getByText(say("code.sent_to", { identifier: anna.mail }))).toBeVisible();
    const mail = await rekey.mailTo(anna.mail);
    expect(mail.subject).toBe("Ditt engångslösenord till Amazon");
    await page.getByLabel("Engångslösenord", { exact: true }).fill(codeIn(mail));
    await wizard.button("code.submit").click();

    await wizard.isAt(PATHS.new, say("new.title"), true);
    await showsTheWayOut(wizard);
    await expect(wizard.button("new.submit")).toHaveText("Spara ändringarna och logga in");
    await wizard.choose(NEW_PASSWORD, "något helt annat här");
    await wizard.isWrong({ field: "confirm_password", says: say("problem.confirm_differs") });
    await wizard.choose(NEW_PASSWORD);

    await wizard.isAt(PATHS.done, say("done.title"), true);
    await showsTheWayOut(wizard);
    await expect(page.getByText(say("done.signed_in"))).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "Till butiken", exact: true })).toHaveAttribute("href", PORTAL);
    await wizard.goto(PATHS.account);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
  });
});

test("A2, A5: a one-time password by text message", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail, "sms");
  await expect(page.getByText(say("code.sms_sent_to", { identifier: anna.mail }))).toBeVisible();
  const sms = await rekey.smsTo(PHONE);
  const code = codeIn(sms);
  expect(sms.text).toContain(`${code} är ditt engångslösenord till Amazon.`);
  await wizard.enterCode(code);
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await expect(page.getByText(say("done.signed_in"))).toBeVisible();
  const told = await rekey.mailTo(anna.mail);
  expect(told.subject).toBe(say("mail.changed_subject", { site: "Amazon" }));
  expect(outside?.mails, "the one-time password itself went by text message only").toHaveLength(1);
});

test("A2, A13: without a phone the page looks as for nobody, and the journey is finished by mail", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  await ask(wizard, "nobody@demo.example", "sms");
  const nobody = await looks(page, "nobody@demo.example");
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail, "sms");
  await rekey.smsTo(PHONE);
  await wizard.reload();
  expect(await looks(page, anna.mail), "with a phone").toBe(nobody);

  const grace = rekey.person("grace");
  await ask(wizard, grace.mail, "sms");
  expect(await looks(page, grace.mail), "without one, at once").toBe(nobody);
  const mail = await rekey.mailTo(grace.mail);
  await wizard.reload();
  expect(await looks(page, grace.mail), "without one, once the mail is there").toBe(nobody);
  await expect(page.getByText(say("code.instead_mail"))).toBeVisible();
  expect(outside?.texts).toHaveLength(1);

  await wizard.enterCode(codeIn(mail));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  // An administrator sets up a second factor before she is in, so the reset alone has not signed her in, and does not say so.
  await expect(page.getByText(say("done.signed_in"))).toHaveCount(0);
  await wizard.goto(PATHS.signIn);
  await wizard.signIn(grace.mail, NEW_PASSWORD);
  await wizard.isAt(SET_UP, say("factor.set_up_title"));
});

test("A13: the step of the code changes the channel, there and back", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail, "sms");
  const first = codeIn(await rekey.smsTo(PHONE));
  await rekey.moveClock(31);
  await wizard.reload();
  await wizard.button("code.switch_mail").click();
  await expect(wizard.notice).toHaveText(say("code.resent"));
  await expect(page.getByText(say("code.sent_to", { identifier: anna.mail }))).toBeVisible();
  const second = codeIn(await rekey.mailTo(anna.mail));
  await rekey.moveClock(121);
  await wizard.reload();
  await wizard.button("code.switch_sms").click();
  await expect(page.getByText(say("code.sms_sent_to", { identifier: anna.mail }))).toBeVisible();
  const third = codeIn(await rekey.smsTo(PHONE, 2));
  for (const old of [first, second]) {
    await wizard.enterCode(old);
    await expect(wizard.summary).toBeVisible();
  }
  await wizard.enterCode(third);
  await wizard.isAt(PATHS.new, say("new.title"), true);
});

test("A3: a wrong postal code stops the message, and the page tells nobody", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.identify);
  await wizard.identify(anna.mail);
  await wizard.isWrong({ field: "postal_code", says: say("problem.postal_code_empty") });
  await wizard.field("postal_code").fill("802/51");
  await wizard.button("identify.submit").click();
  await wizard.isWrong({ field: "postal_code", says: say("problem.postal_code_unusable") });

  await ask(wizard, "nobody@demo.example");
  const nobody = await looks(page, "nobody@demo.example");
  await ask(wizard, anna.mail, "mail", "111 22");
  const wrong = await looks(page, anna.mail);
  expect(wrong).toBe(nobody);
  await wizard.enterCode("123456");
  await wizard.isWrong({ field: "code", says: say("problem.code_wrong", { count: 4 }) });

  // However the right one is written. A mail for the wrong one would have come before this one.
  await ask(wizard, anna.mail, "mail", "80251");
  expect(await looks(page, anna.mail)).toBe(nobody);
  await rekey.mailTo(anna.mail);
  expect(outside?.mails).toHaveLength(1);
});

test("A4: the code is sent again", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  await rekey.mailTo(anna.mail);
  await expect(wizard.button("code.resend")).toHaveText("Skicka engångslösenordet igen");
  await rekey.moveClock(31);
  await wizard.reload();
  await wizard.button("code.resend").click();
  await expect(wizard.notice).toHaveText(say("code.resent"));
  await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
});

test("A6: one new password for every account with that address, at once", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const mail = "familjen@demo.example";
  const family = [
    { userName: "mor", name: "Mor Lind", phone: "+46701740692" },
    { userName: "son", name: "Son Lind", phone: "+46701740693" },
  ];
  const before = new Map<string, string>();
  for (const person of family) {
    const added = await rekey.add({ ...person, mail, postalCode: POSTAL_CODE });
    before.set(person.userName, added.password);
  }
  await ask(wizard, mail);
  const letter = await rekey.mailTo(mail);
  expect(letter.text.replaceAll(/\s+/g, " ")).toContain(say("mail.code_intro_together", { site: "Amazon", user_names: "mor, son" }));
  expect(outside?.mails).toHaveLength(1);
  await wizard.enterCode(codeIn(letter));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await expect(page.getByText(say("new.accounts", { user_names: "mor, son" }))).toBeVisible();
  await look(page, "amazon-new-for-several");
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);

  for (const person of family) {
    const other = await elsewhere(wizard);
    await other.goto(PATHS.signIn);
    await other.signIn(person.phone, before.get(person.userName) ?? "");
    await other.isWrong({ field: "password", says: say("problem.sign_in_refused") });
    await other.signIn(person.phone, NEW_PASSWORD);
    await other.isAt(PATHS.account, say("start.title", { name: person.name }), true);
    await other.page.context().close();
  }
});

test("A6: who shares an address and has no number can sign in after the reset", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const mail = "familjen@demo.example";
  for (const userName of ["mor", "son"]) await rekey.add({ userName, name: `${userName} Lind`, mail });
  await ask(wizard, mail);
  await wizard.enterCode(codeIn(await rekey.mailTo(mail)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  const other = await elsewhere(wizard);
  await other.goto(PATHS.signIn);
  await expect(other.page.getByLabel(say("identify.label_mail_phone"))).toBeVisible();
  // The address is all that the page lets them give.
  await other.signIn(mail, NEW_PASSWORD);
  await expect(other.page, "the address and the new password open an account").toHaveURL((url) => url.pathname === PATHS.account);
  await other.page.context().close();
  await expect(page.getByText(say("done.signed_in"))).toBeVisible();
});

test("A7: after the reset everybody who used the account is signed out and needs the new password", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  const devices = [await elsewhere(wizard), await elsewhere(wizard)];
  for (const device of devices) {
    await device.goto(PATHS.signIn);
    await device.signIn(anna.mail, anna.password);
    await device.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }), true);
  }
  await ask(wizard, anna.mail);
  await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  for (const device of devices) {
    await device.goto(PATHS.account);
    await device.isAt(PATHS.signIn, say("sign_in.title"));
    await device.signIn(anna.mail, anna.password);
    await device.isWrong({ field: "password", says: say("problem.sign_in_refused") });
    await device.signIn(anna.mail, NEW_PASSWORD);
    await device.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }), true);
    await device.page.context().close();
  }
});

/** Shows with a mailed code who it is: `sent` mails have come to the address by then. */
async function confirm(wizard: Wizard, mail: string, sent = 1): Promise<void> {
  await wizard.isAt(CONFIRM, wizard.say("account.confirm_title"));
  await expect(wizard.field("password"), "a stolen password shows nothing here").toHaveCount(0);
  await named(wizard, "account.confirm_mail", { address: mail }).click();
  await wizard.isAt(`${CONFIRM}/code`, wizard.say("code.title"));
  await giveCode(wizard, codeIn(await wizard.rekey.mailTo(mail, sent)));
}

withAndWithoutScripts(() => {
  test("A7: a signed-in change signs everybody out, too, and needs the new password", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    const devices = [await elsewhere(wizard), await elsewhere(wizard)];
    for (const device of devices) await signIn(device, anna);
    await signIn(wizard, anna);
    await page.goto(SECURITY);
    await linkTo(wizard, "account.change_what", say("account.password_heading")).click();
    await confirm(wizard, anna.mail);
    await wizard.isAt(`${SECURITY}/password`, say("new.change_title"));
    await wizard.ready();
    await wizard.field("password").fill(anna.password);
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(SECURITY, say("account.security_title"));
    await expect(wizard.notice).toHaveText(say("account.done_password"));
    for (const device of devices) {
      await isSignedOut(device);
      await device.ready();
      await device.signIn(anna.mail, anna.password);
      await device.isWrong({ field: "password", says: say("problem.sign_in_refused") });
      await device.signIn(anna.mail, NEW_PASSWORD);
      await device.isAt(SECURITY, say("account.security_title"), true);
      await device.page.context().close();
    }
  });

  test("A8: name, address, number and password are edited one by one, each contact with a code to the new one", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    const [mail, number] = ["anna@ny.example", "070-174 06 77"];
    await signIn(wizard, anna);
    await page.goto(SECURITY);
    await isFine(wizard);
    for (const heading of ["account.name_heading", "account.mail_heading", "account.phone_heading", "account.password_heading"]) {
      await expect(page.getByRole("heading", { level: 2, name: say(heading), exact: true })).toBeVisible();
    }
    await linkTo(wizard, "account.change_what", say("account.name_heading")).click();
    await confirm(wizard, anna.mail);
    await wizard.field("name").fill("Anna Lind");
    await press(wizard, "account.save");
    await wizard.isAt(SECURITY, say("account.security_title"));
    await expect(fact(wizard, "Anna Lind")).toBeVisible();

    await linkTo(wizard, "account.change_what", anna.mail).click();
    // The old one has spoken, so the new one counts at once.
    await expect(page.getByText(say("account.contact_rule_now"))).toBeVisible();
    await replace(wizard, anna.mail, mail);
    await expect(fact(wizard, anna.mail)).toHaveCount(0);
    const told = await rekey.mailTo(anna.mail, 2);
    expect(told.subject).toBe(say("mail.news_subject", { site: "Amazon" }));
    stopIn(told);
    await register(wizard, number, "+46701740677");
    expect((await rekey.mailTo(mail, 2)).subject).toBe(say("mail.news_subject", { site: "Amazon" }));
    // The rest of it is as it was, and the new address opens the account.
    await press(wizard, "start.sign_out");
    await wizard.isAt(PATHS.signIn, say("sign_in.title"));
    await signIn(wizard, { ...anna, mail });
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Lind" }));
    await page.goto(`${SECURITY}/password`);
    await confirm(wizard, mail, 3);
    await wizard.isAt(`${SECURITY}/password`, say("new.change_title"));
  });

  test("A14: a mailed or texted code is asked for before each sensitive change, also right after signing in", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    for (const path of [`${SECURITY}/name`, `${SECURITY}/mail`, `${SECURITY}/phone`, `${SECURITY}/password`, `${SECURITY}/factor`]) {
      await page.goto(path);
      await wizard.isAt(CONFIRM, say("account.confirm_title"));
    }
    await expect(page.getByText(say("account.confirm_text_code"))).toBeVisible();
    await isFine(wizard);
    await page.goto(`${SECURITY}/mail`);
    await confirm(wizard, anna.mail);
    await wizard.isAt(`${SECURITY}/mail`, say("account.mail_title"));
    await rekey.moveClock(CONFIRMED_FOR + 1);
    await page.goto(`${SECURITY}/password`);
    await named(wizard, "account.confirm_phone", { address: shown(PHONE) }).click();
    await wizard.isAt(`${CONFIRM}/code`, say("code.title"));
    await isFine(wizard);
    await giveCode(wizard, codeIn(await rekey.smsTo(PHONE)));
    await at(wizard, `${SECURITY}/password`);
    // What is not sensitive is not asked for.
    await rekey.moveClock(CONFIRMED_FOR + 1);
    for (const path of [SECURITY, `${SECURITY}/sessions`, `${SECURITY}/activity`]) {
      await page.goto(path);
      await at(wizard, path);
    }
  });
});

test("A10: no page, message, log or file shows a password", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (new URL(response.url()).pathname.startsWith("/pkg/")) return;
    answers.push(response.text().catch(() => ""));
  });
  await ask(wizard, anna.mail);
  const reference = await page.locator(".way-out b").innerText();
  await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  // Refused once, so that whatever repeats what was typed would have to show itself.
  await wizard.choose(NEW_PASSWORD, `${NEW_PASSWORD}!`);
  await expect(wizard.summary).toBeVisible();
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await wizard.goto(PATHS.account);
  await rekey.mailTo(anna.mail, 2);
  const told = [
    ...(await Promise.all(answers)),
    ...(outside?.mails ?? []).flatMap((mail) => [mail.text, mail.html, mail.subject]),
    await rekey.run("flow", "show", reference),
  ];
  // The passwords of the demonstration are printed at the start, and are not the ones that people choose.
  const latin1 = Buffer.from(NEW_PASSWORD, "utf8").toString("latin1");
  for (const [where, what] of [...told.entries()]) expect(what, `answer or message ${where}`).not.toContain(NEW_PASSWORD);
  const traces = rekey.traces();
  expect(traces.includes(latin1) || traces.includes(NEW_PASSWORD), "log, database, key file").toBe(false);
});

test("A11: the way out lists what customer service asks for", async ({ page, wizard }) => {
  const { say } = wizard;
  for (const path of [PATHS.signIn, PATHS.identify]) {
    await wizard.goto(path);
    await showsTheWayOut(wizard);
  }
  await wizard.link("common.way_out_link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.changed_contact_title"));
  await expect(page.getByRole("main")).toContainText("Kundtjänst, 020-123 45 67");
  await expect(page.getByRole("main"), "the documents that are accepted").toContainText("körkort eller röstkort");
  await look(page, "amazon-changed-contact");
});

withAndWithoutScripts(() => {
  test("A12: the identifier, then the password; the way to the reset in both places", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const anna = rekey.person("anna");
    const help = page.getByRole("group").filter({ hasText: "Behöver du hjälp?" });
    const inForm = page.getByRole("main").locator("form").getByRole("link", { name: "Lösenordshjälp", exact: true });
    await wizard.goto(PATHS.signIn);
    await wizard.isAt(PATHS.signIn, say("sign_in.title"));
    await expect(wizard.field("password")).toHaveCount(0);
    await expect(inForm).toHaveCount(0);
    await expect(help.getByRole("link", { name: "Lösenordshjälp" })).toBeHidden();
    await page.getByText("Behöver du hjälp?", { exact: true }).click();
    await expect(help.getByRole("link", { name: "Lösenordshjälp" })).toHaveAttribute("href", PATHS.identify);
    if (wizard.scripts) await look(page, "amazon-sign-in");
    await wizard.button("sign_in.next").click();
    await wizard.isWrong({ field: "identifier", says: say("problem.identifier_empty_mail_phone") });
    await wizard.field("identifier").fill("anna.berg@demo.exempel");
    await wizard.button("sign_in.next").click();
    await wizard.isAt(PATHS.signInPassword, say("sign_in.password_title"), true);
    await expect(wizard.field("identifier")).toHaveCount(0);

    // Mistyped: it stands there to be seen, and is changed on the first page.
    await expect(page.getByRole("main")).toContainText("anna.berg@demo.exempel");
    await wizard.link("sign_in.change").click();
    await wizard.isAt(PATHS.signIn, say("sign_in.title"), true);
    await expect(wizard.field("identifier")).toHaveValue("anna.berg@demo.exempel");
    await wizard.field("identifier").fill(anna.mail);
    await wizard.button("sign_in.next").click();
    await wizard.isAt(PATHS.signInPassword, say("sign_in.password_title"), true);
    await wizard.reload();
    await expect(page.getByRole("main")).toContainText(anna.mail);
    expect(page.url(), "nobody stands in an address").not.toContain("anna");

    await above(wizard.field("password"), inForm);
    await expect(inForm).toHaveAttribute("href", PATHS.identify);
    await expect(help.getByRole("link", { name: "Lösenordshjälp" })).toBeHidden();
    if (wizard.scripts) await look(page, "amazon-sign-in-password");
    await wizard.signIn(anna.mail, "fel lösenord som är långt");
    await wizard.isWrong({ field: "password", says: say("problem.sign_in_refused") });
    await wizard.signIn(anna.mail, anna.password);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
  });

  test("A12: from the password to the reset", async ({ page, wizard }) => {
    const { say } = wizard;
    await wizard.goto(PATHS.signIn);
    await wizard.field("identifier").fill("anna.berg@demo.example");
    await wizard.button("sign_in.next").click();
    await wizard.isAt(PATHS.signInPassword, say("sign_in.password_title"), true);
    await page.getByText("Behöver du hjälp?", { exact: true }).click();
    await page.getByRole("group").getByRole("link", { name: "Lösenordshjälp" }).click();
    await wizard.isAt(PATHS.identify, say("identify.title"), true);
    await page.goBack();
    await wizard.isAt(PATHS.signInPassword, say("sign_in.password_title"), true);
    await expect(page.getByRole("main")).toContainText("anna.berg@demo.example");
  });
});

test("A12: a refusal speaks of what was asked for", async ({ page, rekey, wizard }) => {
  await wizard.goto(PATHS.signIn);
  await wizard.signIn(rekey.person("anna").mail, "fel lösenord som är långt");
  await expect(wizard.summary).toBeVisible();
  const userName = /användarnamn/i;
  expect(wizard.say("problem.identifier_empty"), "what is said where one is asked for").toMatch(userName);
  await expect(page.getByRole("main"), "nobody has been asked for a user name").not.toContainText(userName);
});

test("A15: the help says that a forgotten password cannot be shown, and that the device may have saved it", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await ask(wizard, anna.mail);
  await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await wizard.link("new.old_password").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.forgotten_password_title"));
  await expect(page.getByText(say("help.forgotten_password_text"))).toBeVisible();
  await expect(page.getByText(say("help.forgotten_password_saved"))).toBeVisible();
  await look(page, "amazon-forgotten-password");
  await page.getByRole("link", { name: say("error_page.back"), exact: true }).click();
  await wizard.isAt(PATHS.new, say("new.title"));
});

test("H1: every page of the help is dated", async ({ wizard }) => {
  await everyHelpPageIsDated(wizard);
});

test("H2: resetting and changing step by step, in the words of the pages", async ({ wizard }) => {
  const { say } = wizard;
  const reset = (await stepsOf(wizard, "reset")).join("\n");
  for (const words of ["Lösenordshjälp", "Fortsätt", "Spara ändringarna och logga in", say("help.reset_done_signed_in")]) {
    expect(reset).toContain(words);
  }
  expect(reset, "or in a text message").toMatch(/sms/i);
  expect((await stepsOf(wizard, "change")).join("\n")).toContain(say("help.change_prove"));
});

test("every page looks right on a phone and on a desk", async ({ page, rekey, wizard }) => {
  test.setTimeout(300_000);
  const { say } = wizard;
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.identify);
  await look(page, "amazon-identify");
  await wizard.button("identify.submit").click();
  await expect(wizard.summary).toBeVisible();
  await look(page, "amazon-identify-error");
  await ask(wizard, anna.mail, "sms");
  await look(page, "amazon-code");
  await wizard.enterCode(codeIn(await rekey.smsTo(PHONE)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await look(page, "amazon-new");
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await look(page, "amazon-done");
  await pictureOfMail(wizard, await rekey.mailTo(anna.mail), "amazon-mail-changed");
});
