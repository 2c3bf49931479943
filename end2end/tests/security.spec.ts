// What is done on the pages of somebody who is signed in. The journeys' own rows stand in the journeys' specifications.
import { elsewhere } from "../fixtures/journeys.ts";
import {
  add,
  at,
  CONFIRM,
  confirmNow,
  DAY,
  events,
  FACTOR,
  fact,
  giveCode,
  GOES,
  isFine,
  isRefused,
  isSignedOut,
  linkTo,
  named,
  press,
  register,
  replace,
  SECURITY,
  setUpFactor,
  showFactor,
  shown,
  signIn,
  stopIn,
  type,
  WAITS,
} from "../fixtures/security.ts";
import { codeIn, expect, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

import { CANONICAL, NEW, NUMBER, OWN_NUMBER, SIGNED_IN, stolen, THIEF } from "../fixtures/places.ts";

withAndWithoutScripts(() => {
  test("a stranger sees none of them, and is not told that anything has ended", async ({ page, wizard }) => {
    for (const path of new Set(SIGNED_IN.map((place) => place.path))) {
      await page.goto(path);
      await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
      await expect(wizard.notice, path).toHaveText("");
    }
    await page.goto(FACTOR);
    await at(wizard, PATHS.signIn);
  });

  test("from the start page to every part of one's security, and back", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await wizard.link("account.security_title").click();
    await wizard.isAt(SECURITY, sv("account.security_title"));
    for (const [what, path, back] of [
      ["account.name_heading", `${SECURITY}/name`, "account.back"],
      ["account.password_heading", `${SECURITY}/password`, "new.back_to_security"],
    ] as const) {
      await linkTo(wizard, "account.change_what", sv(what)).click();
      await at(wizard, path);
      await wizard.ready();
      await wizard.link(back).click();
      await wizard.isAt(SECURITY, sv("account.security_title"));
    }
    for (const [more, path] of [
      ["account.mail_add", `${SECURITY}/mail`],
      ["account.phone_add", `${SECURITY}/phone`],
      ["account.sessions_more", `${SECURITY}/sessions`],
      ["account.activity_more", `${SECURITY}/activity`],
    ] as const) {
      await wizard.link(more).click();
      await at(wizard, path);
      await wizard.link("account.back").click();
      await at(wizard, SECURITY);
    }
    await page.getByRole("link", { name: "Norsk" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "nb");
    await at(wizard, SECURITY);
  });

  test("a name is changed by itself; what cannot be one is said at the field", async ({ page, rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await page.goto(`${SECURITY}/name`);
    await expect(wizard.field("name")).toHaveAttribute("autocomplete", "name");
    for (const [typed, says] of [
      ["", "account.wrong_name_empty"],
      ["Vinn på www.evil.example", "account.wrong_name_unusable"],
    ] as const) {
      await wizard.field("name").fill(typed);
      await press(wizard, "account.save");
      await isRefused(wizard, "name", sv(says));
      await expect(wizard.field("name")).toHaveValue(typed);
    }
    await isFine(wizard);
    await wizard.field("name").fill("Anna Lind");
    await press(wizard, "account.save");
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(wizard.notice).toHaveText(sv("account.done_name"));
    await expect(fact(wizard, "Anna Lind")).toBeVisible();
    await page.reload();
    await expect(wizard.notice, "said once").toHaveText("");
  });

  test("an address is added with the code that was mailed to it, and the old one is told", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/mail`);
    await expect(wizard.field("mail")).toHaveAttribute("autocomplete", "email");
    await expect(page.getByText(sv("account.contact_rule"))).toBeVisible();
    await type(wizard, "mail", "ingen adress");
    await isRefused(wizard, "mail", sv("account.wrong_mail_unusable"));
    await isFine(wizard);
    await type(wizard, "mail", anna.mail);
    await isRefused(wizard, "", sv("account.wrong_contact_known"));
    // Mistyped: it is put right from the page of the code.
    await type(wizard, "mail", "anna@nu.example");
    await wizard.isAt(`${SECURITY}/code`, sv("code.title"));
    await expect(page.getByText(sv("account.code_sent", { address: "anna@nu.example" }))).toBeVisible();
    await wizard.link("account.code_other").click();
    await wizard.isAt(`${SECURITY}/mail`, sv("account.mail_title"));
    await type(wizard, "mail", NEW);
    await expect(page.getByText(sv("account.code_sent", { address: NEW }))).toBeVisible();
    const first = codeIn(await rekey.mailTo(NEW));
    await expect(wizard.field("code")).toHaveAttribute("autocomplete", "one-time-code");
    await expect(wizard.field("code")).toHaveAttribute("inputmode", "numeric");
    await giveCode(wizard, "12");
    await isRefused(wizard, "code", sv("problem.code_too_short", { count: 2 }));
    await giveCode(wizard, (first[0] === "1" ? "2" : "1") + first.slice(1));
    await isRefused(wizard, "code", sv("problem.code_wrong", { count: 4 }));
    await isFine(wizard);
    await rekey.moveClock(31);
    await press(wizard, "code.resend");
    await expect(wizard.notice).toHaveText(sv("account.done_resent"));
    await giveCode(wizard, codeIn(await rekey.mailTo(NEW, 2)));

    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(wizard.notice).toHaveText(sv("account.done_contact"));
    await expect(fact(wizard, NEW), "it waits a day").toContainText(WAITS);
    await expect(fact(wizard, anna.mail)).toBeVisible();
    const told = await rekey.mailTo(anna.mail);
    expect(told.subject).toBe(sv("mail.news_subject", { site: "Rekey" }));
    expect(told.text, "whoever reads the old mailbox learns no new address").not.toContain(NEW);
    stopIn(told);
    expect((await rekey.mailbox()).filter((mail) => mail.to.includes(NEW)), "the new one is not told of itself").toHaveLength(2);
  });

  test("an address takes the place of another after a day, or at once with a code to the old one", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await replace(wizard, anna.mail, NEW);
    await expect(fact(wizard, NEW)).toContainText(WAITS);
    await expect(fact(wizard, anna.mail)).toContainText(GOES);
    await expect(linkTo(wizard, "account.change_what", anna.mail), "what goes is not changed any more").toHaveCount(0);
    await isFine(wizard);
    await rekey.mailTo(anna.mail, 1);
    await confirmNow(wizard, NEW).click();
    await wizard.isAt(CONFIRM, sv("account.confirm_title"));
    await expect(named(wizard, "account.confirm_mail", { address: NEW }), "the new one speaks for nobody yet").toHaveCount(0);
    await named(wizard, "account.confirm_mail", { address: anna.mail }).click();
    await wizard.isAt(`${CONFIRM}/code`, sv("code.title"));
    await giveCode(wizard, codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(wizard.notice).toHaveText(sv("account.done_confirmed"));
    await expect(page.getByText(WAITS)).toHaveCount(0);
    await expect(fact(wizard, anna.mail)).toHaveCount(0);
    await expect(fact(wizard, NEW)).toBeVisible();
  });

  test("O3: a number is registered with the code that was texted to it, and told what it is for", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/phone`);
    await expect(page.getByText(sv("account.phone_purpose"))).toBeVisible();
    await expect(wizard.field("phone")).toHaveAttribute("type", "tel");
    await expect(wizard.field("phone")).toHaveAttribute("autocomplete", "tel");
    for (const [typed, says] of [
      ["12345", "account.wrong_phone_unusable"],
      ["+44 7400 123456", "account.wrong_phone_unreachable"],
    ] as const) {
      await type(wizard, "phone", typed);
      await isRefused(wizard, "phone", sv(says));
      await expect(wizard.field("phone")).toHaveValue(typed);
    }
    await isFine(wizard);
    await register(wizard, NUMBER, CANONICAL);
    await isFine(wizard);
    expect(stopIn(await rekey.mailTo(anna.mail))).not.toBe("");
  });

  test("a number is removed after a question, and what is the last is not", async ({ context, page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(SECURITY);
    await linkTo(wizard, "account.remove_what", shown(OWN_NUMBER)).click();
    await wizard.isAt(`${SECURITY}/remove`, sv("account.remove_title", { address: shown(OWN_NUMBER) }));
    await wizard.link("account.remove_keep").click();
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(fact(wizard, shown(OWN_NUMBER))).toBeVisible();
    await linkTo(wizard, "account.remove_what", shown(OWN_NUMBER)).click();
    // Open in another tab, too.
    const tab = await context.newPage();
    await tab.goto(page.url());
    await press(wizard, "account.remove");
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(wizard.notice).toHaveText(sv("account.done_contact"));
    await expect(fact(wizard, shown(OWN_NUMBER))).toHaveCount(0);
    await expect(linkTo(wizard, "account.remove_what", anna.mail)).toHaveCount(0);
    expect((await rekey.mailTo(anna.mail)).subject).toBe(sv("mail.news_subject", { site: "Rekey" }));
    await rekey.smsTo(OWN_NUMBER);
    await tab.getByRole("button", { name: sv("account.remove"), exact: true }).click();
    await expect(tab.locator(".error-summary")).toContainText(sv("account.wrong_contact_gone"));
  });

  test("an address is removed once another one can take its part, and is told so", async ({ rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await add(wizard, NEW);
    await rekey.moveClock(DAY + 1);
    await signIn(wizard, anna);
    await wizard.page.goto(SECURITY);
    await linkTo(wizard, "account.remove_what", anna.mail).click();
    await expect(wizard.page.getByText(sv("account.remove_text"))).toBeVisible();
    await press(wizard, "account.remove");
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(fact(wizard, anna.mail)).toHaveCount(0);
    stopIn(await rekey.mailTo(anna.mail, 2));
  });

  test("A7: the devices are listed and signed out, one by one and all, from another browser", async ({ browser, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const tablet = await elsewhere(wizard);
    await signIn(tablet, anna);
    const userAgent =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
    const context = await browser.newContext({ baseURL: rekey.url, locale: "sv-SE", userAgent, javaScriptEnabled: wizard.scripts });
    const phone = await elsewhere(wizard, await context.newPage());
    await signIn(phone, anna);
    await signIn(wizard, anna);
    await wizard.page.goto(SECURITY);
    await expect(wizard.page.getByRole("listitem").filter({ hasText: "Safari, iPhone" })).toBeVisible();
    await wizard.link("account.sessions_more").click();
    await wizard.isAt(`${SECURITY}/sessions`, sv("account.sessions_heading"));
    const devices = wizard.page.locator(".fact");
    await expect(devices).toHaveCount(3);
    const here = devices.filter({ hasText: sv("account.session_here") });
    await expect(here.getByRole("button"), "this one is signed out by its own button").toHaveCount(0);
    await devices.filter({ hasText: "Safari, iPhone" }).getByRole("button").click();
    await wizard.isAt(`${SECURITY}/sessions`, sv("account.sessions_heading"));
    await expect(wizard.notice).toHaveText(sv("account.done_sessions"));
    await expect(devices).toHaveCount(2);
    await isFine(wizard);
    await isSignedOut(phone);
    await tablet.page.goto(SECURITY);
    await at(tablet, SECURITY);

    await press(wizard, "account.sessions_end_others");
    await expect(wizard.notice).toHaveText(sv("account.done_sessions"));
    await expect(devices).toHaveCount(1);
    await expect(wizard.button("account.sessions_end_others")).toHaveCount(0);
    await isSignedOut(tablet);
    await wizard.page.goto(`${SECURITY}/activity`);
    await expect(events(wizard.page).filter({ hasText: sv("account.event_sessions_ended") })).toHaveCount(2);
    await expect(events(wizard.page).filter({ hasText: sv("account.event_signed_in") }).filter({ hasText: "Safari, iPhone" })).toHaveCount(1);
    await isFine(wizard);
    await context.close();
    await tablet.page.context().close();
  });

  test("a stranger's change is stopped from the mail; reading the mail does nothing", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const [thief, path] = await stolen(wizard, anna);
    await page.goto(path);
    await wizard.isAt("/stop", sv("account.stop_contacts_title"));
    await page.reload();
    await wizard.isAt("/stop", sv("account.stop_contacts_title"));
    await thief.page.goto(SECURITY);
    await at(thief, SECURITY);
    await expect(fact(thief, THIEF)).toBeVisible();

    await press(wizard, "account.stop_submit");
    await wizard.isAt("/stop/done", sv("account.stop_done_title"));
    await wizard.link("help.start").click();
    await wizard.isAt(PATHS.code, sv("code.title"));
    await wizard.ready();
    await isSignedOut(thief);
    await thief.ready();
    await thief.signIn(anna.mail, anna.password);
    await thief.isWrong({ field: "password", says: sv("problem.sign_in_refused") });
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 1, sv("mail.code_subject", { site: "Rekey" }))));
    await wizard.isAt(PATHS.new, sv("new.title"), true);
    await wizard.ready();
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, sv("done.title"), true);
    await signIn(wizard, anna, NEW_PASSWORD);
    await page.goto(SECURITY);
    await expect(fact(wizard, anna.mail)).toBeVisible();
    await expect(fact(wizard, anna.mail)).not.toContainText(GOES);
    await expect(page.getByText(THIEF)).toHaveCount(0);
    await page.goto(`${SECURITY}/activity`);
    await expect(events(page).filter({ hasText: sv("account.event_change_stopped") })).toHaveCount(1);

    // Pressed again, from the same mail.
    await page.goto(path);
    await wizard.isAt("/stop", sv("account.stop_used_title"));
    await expect(wizard.button("account.stop_submit")).toHaveCount(0);
    await thief.page.context().close();
  });

  test("after a week nothing can be stopped from the mail any more", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const [thief, path] = await stolen(wizard, anna);
    await rekey.moveClock(7 * DAY);
    await page.goto(path);
    await wizard.isAt("/stop", sv("account.stop_over_title"));
    await expect(wizard.button("account.stop_submit")).toHaveCount(0);
    await wizard.link("help.start").click();
    await at(wizard, PATHS.identify);
    await thief.page.context().close();
  });

  test("Z11, A7: whoever knows the password changes it, and every other device is signed out", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const other = await elsewhere(wizard);
    await signIn(other, anna);
    await signIn(wizard, anna);
    await page.goto(SECURITY);
    await linkTo(wizard, "account.change_what", sv("account.password_heading")).click();
    await wizard.isAt(`${SECURITY}/password`, sv("new.change_title"));
    await wizard.ready();
    await expect(wizard.field("password")).toHaveAttribute("autocomplete", "current-password");
    await expect(wizard.field("new_password")).toHaveAttribute("autocomplete", "new-password");
    const rule = page.locator(".rules li").filter({ hasText: sv("new.rule_min_length", { min: 15 }) });
    const change = async (present: string, chosen: string, again = chosen) => {
      await wizard.field("password").fill(present);
      await wizard.choose(chosen, again);
    };

    // Without JavaScript the same rules are said after posting.
    await wizard.field("new_password").fill("fyra katter");
    if (wizard.scripts) {
      await expect(rule).toHaveClass("unmet");
      await wizard.field("new_password").fill(NEW_PASSWORD);
      await expect(rule).toHaveClass("met");
      await expect(page.locator(".rules .unmet")).toHaveCount(0);
    }
    await change(anna.password, "fyra katter");
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_too_short", { min: 15, count: 11 }) });
    await change("", NEW_PASSWORD);
    await wizard.isWrong({ field: "password", says: sv("problem.sign_in_password_empty") });
    await change("inte alls det rätta", NEW_PASSWORD);
    await wizard.isWrong({ field: "password", says: sv("problem.password_not_present") });
    await change(anna.password, NEW_PASSWORD, "något helt annat här");
    await wizard.isWrong({ field: "confirm_password", says: sv("problem.confirm_differs") });
    await change(anna.password, anna.password);
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_former") });
    await isFine(wizard);

    await change(anna.password, NEW_PASSWORD);
    await wizard.isAt(SECURITY, sv("account.security_title"));
    await expect(wizard.notice).toHaveText(sv("account.done_password"));
    await isFine(wizard);
    await isSignedOut(other);
    await other.ready();
    await other.signIn(anna.mail, anna.password);
    await other.isWrong({ field: "password", says: sv("problem.sign_in_refused") });
    await other.signIn(anna.mail, NEW_PASSWORD);
    await at(other, SECURITY);
    const told = await rekey.mailTo(anna.mail);
    expect(told.subject).toBe(sv("mail.changed_subject", { site: "Rekey" }));
    expect(told.text).not.toContain(NEW_PASSWORD);
    // Whoever did not do it stops it from there.
    const owner = await elsewhere(wizard);
    await owner.page.goto(stopIn(told));
    await owner.isAt("/stop", sv("account.stop_password_title"));
    await press(owner, "account.stop_submit");
    await owner.isAt("/stop/done", sv("account.stop_done_title"));
    await owner.link("help.start").click();
    await owner.isAt(PATHS.code, sv("code.title"));
    await isSignedOut(other);
    await isSignedOut(wizard);
    await other.page.context().close();
    await owner.page.context().close();
  });

  test("the second factor is shown at sign-in; without the phone, a recovery code", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/factor`);
    const [phone, codes] = await setUpFactor(wizard);
    for (const path of ["/account", SECURITY, CONFIRM]) {
      const other = await elsewhere(wizard);
      await other.goto(PATHS.signIn);
      await other.signIn(anna.mail, anna.password);
      await other.isAt(FACTOR, sv("factor.ask_title"));
      await other.page.goto(path);
      await at(other, FACTOR);
      await other.page.context().close();
    }
    const other = await elsewhere(wizard);
    await other.goto(PATHS.signIn);
    await other.signIn(anna.mail, anna.password);
    await other.isAt(FACTOR, sv("factor.ask_title"));
    await showFactor(other, phone);
    await other.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }));
    await press(other, "start.sign_out");
    await other.isAt(PATHS.signIn, sv("sign_in.title"));
    await other.ready();
    await other.signIn(anna.mail, anna.password);
    await other.page.getByText(sv("factor.lost_heading"), { exact: true }).click();
    await other.page.getByLabel(sv("factor.lost_label")).fill((codes[0] ?? "").toUpperCase());
    await other.page.keyboard.press("Enter");
    await other.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }));
    await other.page.context().close();
  });
});
