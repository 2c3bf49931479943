// orebro: user name and a six-digit code by text message. The rows of the journey, in its own words; text messages leave by HTTP.
import { elsewhere, everyHelpPageIsDated, look, stepsOf } from "../fixtures/journeys.ts";
import { confirmNow, DAY, fact, giveCode, isFine, isRefused, register, SECURITY, shown, signIn, type, WAITS } from "../fixtures/security.ts";
import { codeIn, expect, looks, PATHS, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";

/** What is said of a mail. */
const MAIL = /mejl|skräppost/i;
const BY_MAIL = /mejl|länk/i;
const PHONE = "+46701740605";
/** What the systems behind can take: letters a to z, digits, no å, ä, ö. */
const PASSWORDS = ["fyra4katter", "sexton6hundar", "nio9grisar"] as const;

test.use({ journeyName: "orebro", delivery: "outside" });

/** From nothing to the page of the code. */
async function ask(wizard: Wizard, who: string): Promise<void> {
  await wizard.goto(PATHS.identify);
  await wizard.identify(who);
  await wizard.isAt(PATHS.code, wizard.say("code.title"), true);
  await wizard.ready();
}

/** From nothing to the page of the new password; `count` text messages have come to the number by then. */
async function toNew(wizard: Wizard, count = 1): Promise<void> {
  await ask(wizard, "anna");
  await wizard.enterCode(codeIn(await wizard.rekey.smsTo(PHONE, count)));
  await wizard.isAt(PATHS.new, wizard.say("new.title"), true);
  await wizard.ready();
}

withAndWithoutScripts(() => {
  test("O1, O2, O7, O11: user name, six digits to the phone, a new password twice, reset", async ({ page, rekey, outside, wizard }) => {
    const { say } = wizard;
    await wizard.goto(PATHS.signIn);
    await wizard.link("sign_in.forgot").click();
    await wizard.isAt(PATHS.identify, "Inloggningsassistenten", true);
    await expect(page.getByLabel("Användarnamn eller e-postadress")).toBeVisible();
    await expect(wizard.button("identify.submit")).toHaveText("Nästa");

    await ask(wizard, "anna");
    await expect(page.getByText(say("code.sms_sent_to", { identifier: "anna" }))).toBeVisible();
    const sms = await rekey.smsTo(PHONE);
    const code = codeIn(sms);
    expect(sms.text).toContain(say("sms.code", { code, site: "Örebro kommun" }));
    expect(code).toMatch(/^\d{6}$/);
    await wizard.enterCode(code);

    await wizard.isAt(PATHS.new, say("new.title"), true);
    await expect(wizard.button("new.submit")).toHaveText("Nästa");
    await wizard.choose(PASSWORDS[0], PASSWORDS[1]);
    await wizard.isWrong({ field: "confirm_password", says: say("problem.confirm_differs") });
    await wizard.choose(PASSWORDS[0]);

    await wizard.isAt(PATHS.done, "Lösenordet är återställt", true);
    await wizard.link("done.to_sign_in").click();
    await wizard.isAt(PATHS.signIn, say("sign_in.title"), true);
    await wizard.ready();
    await wizard.signIn("anna", PASSWORDS[0]);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }), true);
    expect(outside?.mails.filter((mail) => mail.subject !== say("mail.changed_subject", { site: "Örebro kommun" }))).toEqual([]);
  });
});

test("O1, O2: an e-mail address leads to the same phone", async ({ rekey, wizard }) => {
  await ask(wizard, rekey.person("anna").mail);
  await wizard.enterCode(codeIn(await rekey.smsTo(PHONE)));
  await wizard.isAt(PATHS.new, wizard.say("new.title"), true);
});

test("O2: without a registered phone nothing comes, and the page tells nobody", async ({ page, rekey, outside, wizard }) => {
  await ask(wizard, "ingen-alls");
  const nobody = await looks(page, "ingen-alls");
  await ask(wizard, "grace");
  const grace = await looks(page, "grace");
  expect(grace).toBe(nobody);
  // What was asked for earlier is found out earlier.
  await ask(wizard, "anna");
  await rekey.smsTo(PHONE);
  expect(await looks(page, "anna")).toBe(nobody);
  expect(outside?.texts).toHaveLength(1);
  expect(outside?.mails).toHaveLength(0);
});

test("O2: the page of the code speaks of the phone, not of a mail", async ({ page, wizard }) => {
  await ask(wizard, "anna");
  const main = page.getByRole("main");
  await expect(main).toContainText(wizard.say("code.no_text_wait"));
  await expect(main).toContainText(wizard.say("code.lifetime", { minutes: 10 }));
  expect(wizard.say("code.no_code_wait"), "what the page says of a mail").toMatch(MAIL);
  await expect(main).not.toContainText(MAIL);
});

withAndWithoutScripts(() => {
  test("O3: a signed-in person registers the phone and proves it with a code; then it resets the password", async ({ page, rekey, outside, wizard }) => {
    const { say } = wizard;
    const [typed, number] = ["070-174 06 77", "+46701740677"];
    const olle = await rekey.add({ userName: "olle", name: "Olle Ek", mail: "olle.ek@demo.example" });
    // Before that nothing comes: the code that Anna asks for later is the first.
    await ask(wizard, "olle");
    await ask(wizard, "anna");
    await rekey.smsTo(PHONE);
    expect(outside?.texts).toHaveLength(1);

    await signIn(wizard, olle);
    await page.goto(`${SECURITY}/phone`);
    await expect(page.getByText(say("account.phone_purpose_needed"))).toBeVisible();
    await isFine(wizard);
    await type(wizard, "phone", "019-21 10 00");
    await isRefused(wizard, "phone", say("account.wrong_phone_unusable"));
    await type(wizard, "phone", typed);
    await wizard.isAt(`${SECURITY}/code`, say("code.title"));
    const first = codeIn(await rekey.smsTo(number));
    await giveCode(wizard, (first[0] === "1" ? "2" : "1") + first.slice(1));
    await isRefused(wizard, "code", say("problem.code_wrong", { count: 4 }));
    await page.goto(SECURITY);
    await expect(fact(wizard, shown(number)), "not proved, not registered").toHaveCount(0);
    await page.goto(`${SECURITY}/code`);
    await giveCode(wizard, first);
    await wizard.isAt(SECURITY, say("account.security_title"));
    await expect(wizard.notice).toHaveText(say("account.done_contact"));
    await expect(fact(wizard, shown(number))).toBeVisible();
    // His address has not spoken for it, so for a day it resets nothing.
    await expect(fact(wizard, shown(number))).toContainText(WAITS);
    await rekey.moveClock(DAY + 1);
    const other = await elsewhere(wizard);
    await ask(other, "olle");
    await other.enterCode(codeIn(await rekey.smsTo(number, 2)));
    await other.isAt(PATHS.new, say("new.title"), true);
    await other.choose(PASSWORDS[0]);
    await other.isAt(PATHS.done, say("done.title"), true);
    await other.page.context().close();
  });
});

test("O3: a second phone waits for a day, unless the first one speaks for it", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await signIn(wizard, anna);
  await register(wizard, "070-174 06 77", "+46701740677");
  await expect(fact(wizard, shown("+46701740677"))).toContainText(WAITS);
  await confirmNow(wizard, shown("+46701740677")).click();
  await page.getByRole("button", { name: say("account.confirm_phone", { address: shown(PHONE) }), exact: true }).click();
  await giveCode(wizard, codeIn(await rekey.smsTo(PHONE, 2)));
  await wizard.isAt(SECURITY, say("account.security_title"));
  await expect(page.getByText(WAITS)).toHaveCount(0);
});

withAndWithoutScripts(() => {
  test("O8: whoever must change the password does so at sign-in, by the same step and its rules", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const maja = rekey.person("maja");
    await wizard.goto(PATHS.signIn);
    await wizard.signIn("maja", maja.password);
    await wizard.isAt(PATHS.new, say("new.title"), true);
    await wizard.ready();
    await expect(page.getByText(say("new.must_change"))).toBeVisible();
    await expect(page.getByText(say("new.account", { user_name: "maja" }))).toBeVisible();
    if (wizard.scripts) await look(page, "orebro-must-change");
    for (const [typed, says] of [
      ["kråkan42x", say("problem.password_forbidden", { character: "å" })],
      [maja.password, say("problem.password_former")],
    ] as const) {
      await wizard.choose(typed);
      await wizard.isWrong({ field: "new_password", says });
    }
    await wizard.choose(PASSWORDS[0]);
    await wizard.isAt(PATHS.done, say("done.changed_title"), true);
    await expect(page.getByText(say("done.signed_in"))).toBeVisible();
    await wizard.goto(PATHS.account);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Maja Lund" }), true);
  });

  test.describe("where passwords get old", () => {
    test.use({ settings: { PASSWORD__MAX_AGE_DAYS: "90" } });

    test("O8: whose password has expired is led to the same step, and no other page", async ({ page, rekey, wizard }) => {
      const { say } = wizard;
      const anna = rekey.person("anna");
      await signIn(wizard, anna);
      await rekey.moveClock(91 * 24 * 60 * 60);
      await wizard.goto(PATHS.signIn);
      await wizard.signIn("anna", anna.password);
      await wizard.isAt(PATHS.new, say("new.title"), true);
      await wizard.ready();
      await expect(page.getByText(say("new.expired"))).toBeVisible();
      await page.goto(SECURITY);
      await wizard.isAt(PATHS.signIn, say("sign_in.title"));
      await wizard.goto(PATHS.new);
      await wizard.choose(anna.password);
      await wizard.isWrong({ field: "new_password", says: say("problem.password_former") });
      await wizard.choose(PASSWORDS[0]);
      await wizard.isAt(PATHS.done, say("done.changed_title"), true);
      await wizard.goto(SECURITY);
      await wizard.isAt(SECURITY, say("account.security_title"), true);
    });
  });
});

test("O4: everybody is told whom to ask without an active password, and the person by text message", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  await wizard.goto(PATHS.identify);
  await expect(page.getByText(say("help.note_no_password", { contact: "Kontakta din chef." }))).toBeVisible();
  await ask(wizard, "ingen-alls");
  const nobody = await looks(page, "ingen-alls");
  await ask(wizard, "nils");
  const before = await looks(page, "nils");
  const sms = await rekey.smsTo("+46701740691");
  await wizard.reload();
  expect([before, await looks(page, "nils")]).toEqual([nobody, nobody]);
  await wizard.enterCode("123456");
  await wizard.isWrong({ field: "code", says: say("problem.code_wrong", { count: 4 }) });
  expect(outside?.texts).toHaveLength(1);
  expect(sms.text).not.toMatch(/https?:|www\.|\d{6}/);
  await page.goto("/help/no-password");
  await expect(page.getByRole("main")).toContainText("Kontakta din chef.");
});

test("O4: the text message names the manager too", async ({ rekey, wizard }) => {
  await ask(wizard, "nils");
  expect((await rekey.smsTo("+46701740691")).text).toMatch(/chef/);
});

test("O5: none of the passwords that the account had before", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const first = rekey.person("anna").password;
  await toNew(wizard);
  await expect(page.locator(".rules li").filter({ hasText: say("new.rule_not_former") })).toHaveClass("later");
  await wizard.choose(first);
  await wizard.isWrong({ field: "new_password", says: say("problem.password_former") });
  await wizard.choose(PASSWORDS[0]);
  await wizard.isAt(PATHS.done, say("done.title"), true);

  await toNew(wizard, 3);
  for (const former of [PASSWORDS[0], first]) {
    await wizard.choose(former);
    await wizard.isWrong({ field: "new_password", says: say("problem.password_former") });
  }
  await wizard.choose(PASSWORDS[1]);
  await wizard.isAt(PATHS.done, say("done.title"), true);
});

test("O6: what is wrong is said while typing, with the reason", async ({ page, wizard }) => {
  const { say } = wizard;
  await toNew(wizard);
  const rule = (sentence: string) => page.locator(".rules li").filter({ hasText: sentence });
  const length = rule(say("new.rule_min_length", { min: 8 }));
  const letter = rule(say("new.rule_letter"));
  const digit = rule(say("new.rule_digit"));
  const forbidden = rule(say("new.rule_forbidden", { characters: "å, ä, ö" }));
  const advice = page.locator("#new_password-advice");
  await expect(forbidden, "the reason stands in the rule").toContainText("eftersom en del av våra system inte klarar dem");

  const field = wizard.field("new_password");
  await field.pressSequentially("kråk");
  await expect(length).toHaveClass("unmet");
  await expect(letter).toHaveClass("met");
  await expect(digit).toHaveClass("unmet");
  await expect(forbidden).toHaveClass("unmet");
  await expect(forbidden).toContainText(say("new.remove", { characters: "å" }));
  await expect(advice).toHaveText(say("problem.password_forbidden", { character: "å" }));
  await look(page, "orebro-new-forbidden");
  await field.fill("krak");
  await expect(forbidden).toHaveClass("met");
  await expect(advice).toBeEmpty();
  await field.fill("krakan42x");
  for (const each of [length, letter, digit, forbidden]) await expect(each).toHaveClass("met");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("O6: what is wrong is said after posting, with the reason", async ({ wizard }) => {
    const { say } = wizard;
    await toNew(wizard);
    for (const [typed, says] of [
      ["kråkan42x", say("problem.password_forbidden", { character: "å" })],
      ["KRÄKAN42X", say("problem.password_forbidden", { character: "Ä" })],
      ["kort4", say("problem.password_too_short", { min: 8, count: 5 })],
      ["barabokstaver", say("problem.password_no_digit")],
      ["8274619305", say("problem.password_no_letter")],
    ] as const) {
      await wizard.choose(typed);
      await wizard.isWrong({ field: "new_password", says });
    }
    expect(say("problem.password_forbidden")).toContain("en del av våra system klarar inte det");
    await wizard.choose(PASSWORDS[0]);
    await wizard.isAt(PATHS.done, say("done.title"));
  });
});

test("O9: every page ends with the question what could be better", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  await wizard.goto(PATHS.identify);
  const better = page.getByRole("main").getByRole("link", { name: say("common.better") });
  await better.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Vad kan vi göra bättre på den här sidan?");
  const main = page.getByRole("main");
  for (const words of [
    "Skriv inget som berättar vem du är",
    "Ingen svarar på det du skriver här.",
    say("help.feedback_kept", { controller: "Örebro kommun" }),
  ]) {
    await expect(main).toContainText(words);
  }
  await expect(main, "the way that is answered").toContainText(say("help.feedback_answered"));
  await expect(main.getByRole("link", { name: say("help.contact_title") })).toHaveAttribute("href", /\/help\/contact/);
  await expect(main.getByRole("link", { name: say("help.feedback_privacy") })).toHaveAttribute(
    "href",
    "https://www.orebro.example/personuppgifter",
  );
  await look(page, "orebro-feedback");
  await page.getByRole("textbox").fill("Skriv större.");
  await page.getByRole("button", { name: say("help.feedback_send") }).click();
  await expect(main.getByRole("status")).toHaveText(say("help.feedback_thanks"));
  await page.getByRole("link", { name: say("help.feedback_back") }).click();
  await wizard.isAt(PATHS.identify, say("identify.title"));
  expect(await rekey.run("feedback", "list")).toContain("Skriv större.");

  // The same at the end of every other step.
  await wizard.ready();
  await toNew(wizard);
  await expect(better).toBeVisible();
  await wizard.choose(PASSWORDS[0]);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await expect(better).toBeVisible();
});

test("O10: everybody is told beforehand what is needed, and what this is for", async ({ page, wizard }) => {
  const { say } = wizard;
  await wizard.goto(PATHS.identify);
  await expect(page.getByText(say("help.reset_phone"))).toBeVisible();
  await expect(page.getByRole("link", { name: say("help.phone_guide") })).toHaveAttribute(
    "href",
    "https://www.orebro.example/guide/mobilnummer",
  );
  await expect(page.getByText(say("identify.scope", { site: "Örebro kommun" }))).toBeVisible();
  await look(page, "orebro-identify");
});

test("signed out everywhere after the reset, and the old password opens nothing", async ({ rekey, wizard }) => {
  const { say } = wizard;
  const other = await elsewhere(wizard);
  await other.goto(PATHS.signIn);
  await other.signIn("anna", rekey.person("anna").password);
  await other.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }), true);
  await toNew(wizard);
  await wizard.choose(PASSWORDS[0]);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await other.goto(PATHS.account);
  await other.isAt(PATHS.signIn, say("sign_in.title"));
  await other.signIn("anna", rekey.person("anna").password);
  await other.isWrong({ field: "password", says: say("problem.sign_in_refused") });
  await other.page.context().close();
});

test("H1: every page of the help is dated", async ({ wizard }) => {
  await everyHelpPageIsDated(wizard);
});

test("H2: resetting and changing step by step, as it is done here: by text message", async ({ wizard }) => {
  const { say } = wizard;
  const reset = (await stepsOf(wizard, "reset")).join("\n");
  for (const words of ["Inloggningsassistenten", "Nästa", say("help.reset_done")]) expect(reset).toContain(words);
  expect(reset).toMatch(/sms/i);
  expect(say("help.reset_link"), "what it says of a mail").toMatch(BY_MAIL);
  expect(reset, "no mail comes here").not.toMatch(BY_MAIL);
  const change = (await stepsOf(wizard, "change")).join("\n");
  expect(change).toContain(say("help.change_prove"));
  expect(change, "no mail comes here").not.toMatch(BY_MAIL);
});

test("the help for messages that do not come is about text messages", async ({ page, wizard }) => {
  await ask(wizard, "anna");
  await wizard.unfold();
  await wizard.link("code.no_code_help").click();
  const main = page.getByRole("main");
  await expect(main).toContainText(wizard.say("help.no_message_phone"));
  await look(page, "orebro-help-no-message");
  const link = wizard.say("help.no_message_link_lifetime").replace(/ \{lifetime\}.*$/, "");
  await expect(main, "no link is sent here").not.toContainText(link);
  await expect(main, "a code works for ten minutes").toContainText(/10 minuter/);
});

test("every page looks right on a phone and on a desk", async ({ page, rekey, wizard }) => {
  test.setTimeout(300_000);
  const { say } = wizard;
  await ask(wizard, "anna");
  await look(page, "orebro-code");
  await wizard.enterCode(codeIn(await rekey.smsTo(PHONE)));
  await wizard.isAt(PATHS.new, say("new.title"), true);
  await look(page, "orebro-new");
  await wizard.choose(PASSWORDS[0]);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await look(page, "orebro-done");
});
