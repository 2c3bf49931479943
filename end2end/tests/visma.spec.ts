// visma: a mail with a button, "I'm not a robot", rules in view. The rows of the journey, in Norwegian and in its own words; mails leave
// by SMTP, through two relays with a sender each.
import { above, everyHelpPageIsDated, look, pictureOfMail, stepsOf } from "../fixtures/journeys.ts";
import type { Outside } from "../fixtures/outside.ts";
import { expect, linkIn, PATHS, posts, test, type Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";

const PASSWORD = "fire grønne katter danser";
const FIRST = "passord@visma.example";
const SECOND = "konto@visma-post.example";

/** What the journey's file asks an operator for. */
function relays(outside: Outside): string {
  return [
    [outside.relay, FIRST] as const,
    [outside.spare, SECOND] as const,
  ]
    .map(([relay, sender]) => {
      const lines = ["[[mail.relays]]", 'host = "127.0.0.1"', `port = ${relay.port}`, 'security = "none"', `sender = "Visma <${sender}>"`];
      return lines.join("\n");
    })
    .join("\n\n");
}

test.use({ journeyName: "visma", language: "nb", locale: "nb-NO", delivery: "outside", ownFile: { toml: relays } });

/** From nothing to the page that says to look for the mail. */
async function ask(wizard: Wizard, who: string): Promise<void> {
  const { say } = wizard;
  await wizard.goto(PATHS.identify);
  await wizard.field("identifier").fill(who);
  await wizard.page.getByLabel(say("identify.robot")).check();
  await wizard.button("identify.link_submit").click();
  await expect(wizard.page).toHaveURL(PATHS.code, { timeout: 60_000 });
  await wizard.isAt(PATHS.code, say("code.link_title"), true);
  await wizard.ready();
  // Without the browser's work the message waits for a minute.
  if (!wizard.scripts) await wizard.rekey.moveClock(61);
}

/** Asks for a link in somebody's name; gives its path. */
async function askLink(wizard: Wizard, who: string, count = 1): Promise<string> {
  await ask(wizard, who);
  return linkIn(await wizard.rekey.mailTo(who, count));
}

withAndWithoutScripts(() => {
  test("V1, V2, V3, V4, V5, V6, V7: from the sign-in page over the mail and back", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const bjorn = rekey.person("bjorn");
    await wizard.goto(PATHS.signIn);
    await page.getByRole("main").getByRole("link", { name: "Glemt ditt passord?", exact: true }).click();
    await wizard.isAt(PATHS.identify, "Glemt ditt passord?", true);
    await expect(page.getByLabel("E-postadresse")).toHaveAccessibleDescription("Den e-postadressen som du er registrert med.");
    await expect(page.getByText("Spør den som har ansvar for lønn i firmaet ditt.")).toBeVisible();
    await expect(page.getByLabel("Jeg er ikke en robot")).not.toBeChecked();
    await expect(wizard.button("identify.link_submit")).toHaveText("Send forespørsel");

    const link = await askLink(wizard, bjorn.mail);
    const mail = await rekey.mailTo(bjorn.mail);
    expect(mail.html).toContain("Angi nytt passord");
    await wizard.goto(link);
    await wizard.isAt(PATHS.new, say("new.title"));
    const rules = page.locator(".rules");
    await expect(rules.getByRole("heading")).toHaveText(say("new.rules_heading"));
    await expect(rules.getByRole("listitem")).not.toHaveCount(0);
    await wizard.choose(PASSWORD, "noe helt annet her");
    await wizard.isWrong({ field: "confirm_password", says: say("problem.confirm_differs") });
    await wizard.choose(PASSWORD);

    await wizard.isAt(PATHS.done, say("done.title"), true);
    await page.getByRole("main").getByRole("link", { name: "Gå til innlogging", exact: true }).click();
    await wizard.isAt(PATHS.signIn, say("sign_in.title"), true);
    await wizard.ready();
    await wizard.signIn(bjorn.mail, PASSWORD);
    await wizard.isAt(PATHS.account, say("start.title", { name: "Bjørn Dahl" }), true);
  });

  test("V2, improvement 17: whom to ask is said in the language of the page", async ({ page, wizard }) => {
    const asked = {
      nb: "Spør den som har ansvar for lønn i firmaet ditt.",
      sv: "Fråga den som ansvarar för löner på ditt företag.",
      en: "Ask whoever is in charge of payroll at your company.",
    } as const;
    for (const [language, contact] of Object.entries(asked)) {
      for (const path of [PATHS.identify, "/help/contact"]) {
        await wizard.goto(`${path}?lang=${language}`);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expect(page.getByText(contact)).toBeVisible();
        await expect(page.locator("main [lang]"), "nothing is in another language").toHaveCount(0);
      }
    }
  });

  test("V3: without the tick nothing is sent, and the page says so", async ({ page, rekey, outside, wizard }) => {
    const { say } = wizard;
    const bjorn = rekey.person("bjorn");
    await wizard.goto(PATHS.identify);
    await wizard.field("identifier").fill(bjorn.mail);
    await wizard.button("identify.link_submit").click();
    await expect(page).toHaveURL((url) => url.pathname === PATHS.identify);
    await expect(wizard.summary.getByRole("listitem")).toHaveText([say("problem.robot_unticked")]);
    await expect(page.locator("#robot-error")).toHaveText(say("problem.robot_unticked"));
    await expect(wizard.field("identifier")).toHaveValue(bjorn.mail);
    expect(outside?.mails).toHaveLength(0);
    await wizard.ready();
    await page.getByLabel("Jeg er ikke en robot").check();
    await wizard.button("identify.link_submit").click();
    await expect(page).toHaveURL(PATHS.code, { timeout: 60_000 });
    if (!wizard.scripts) await rekey.moveClock(61);
    linkIn(await rekey.mailTo(bjorn.mail));
    expect(outside?.mails).toHaveLength(1);
  });
});

test("V3: the box is passed by keyboard alone, asks nobody else, and is free of axe's findings", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await wizard.goto(PATHS.identify);
  await wizard.field("identifier").focus();
  await page.keyboard.type(rekey.person("bjorn").mail);
  await page.keyboard.press("Tab");
  const box = page.getByRole("checkbox", { name: "Jeg er ikke en robot" });
  await expect(box).toBeFocused();
  await page.keyboard.press("Space");
  await expect(box).toBeChecked();
  await look(page, "visma-identify");
  await page.keyboard.press("Tab");
  await expect(wizard.button("identify.link_submit")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(PATHS.code, { timeout: 60_000 });
  await wizard.isAt(PATHS.code, say("code.link_title"), true);
  linkIn(await rekey.mailTo(rekey.person("bjorn").mail));
  expect([...hosts], "no third party").toEqual([new URL(rekey.url).host]);
});

test("V4: the mail carries one button, with the bare address under it", async ({ rekey, wizard }) => {
  const link = await askLink(wizard, rekey.person("bjorn").mail);
  const mail = await rekey.mailTo(rekey.person("bjorn").mail);
  const buttons = [...mail.html.matchAll(/<a href="([^"]+)"[^>]*style="[^"]*background[^"]*"[^>]*>([^<]+)<\/a>/g)];
  expect(buttons.map(([, , words]) => words)).toEqual(["Angi nytt passord"]);
  const [, address] = buttons[0] ?? [];
  expect(address).toBe(`${rekey.url}${link}`);
  expect(mail.html, "the bare address, in words").toContain(`>${address}</a>`);
  expect(mail.text).toMatch(/Angi nytt passord\s+http/);
  await pictureOfMail(wizard, mail, "visma-mail-link");
});

test("V5, V6: every rule is in a box beside the fields and ticks itself off", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  await wizard.goto(await askLink(wizard, rekey.person("bjorn").mail));
  await wizard.isAt(PATHS.new, say("new.title"));
  const box = page.locator(".rules");
  await above(box, wizard.field("confirm_password"));
  const rule = (key: string, values = {}) => box.getByRole("listitem").filter({ hasText: say(key, values) });
  const long = rule("new.rule_min_length", { min: 15 });
  const personal = rule("new.rule_not_personal");
  const common = rule("new.rule_not_common");
  // The fourth, how long it may be at most, is told to whoever gets there.
  await expect(box.getByRole("listitem")).toHaveCount(3);
  await expect(long).toHaveClass("unmet");
  await expect(common).toContainText(say("new.later"));
  const field = wizard.field("new_password");
  await field.pressSequentially("bjorn.dahl");
  await expect(long).toHaveClass("unmet");
  await expect(personal).toHaveClass("unmet");
  await field.fill("bjorn.dahl2026.bjorn");
  await expect(long).toHaveClass("met");
  await expect(long).toContainText(say("new.met"));
  await expect(personal).toContainText(say("new.unmet"));
  await field.fill(PASSWORD);
  await expect(personal).toHaveClass("met");
  await look(page, "visma-new");
  const sent = posts(page);
  await wizard.choose(PASSWORD, "");
  await wizard.isWrong({ field: "confirm_password", says: say("problem.confirm_empty") });
  expect(sent).toHaveLength(0);
  await wizard.choose(PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
  await look(page, "visma-done");
});

test("V8: when one relay fails the other takes over, with its own sender, and no mail is lost", async ({ page, rekey, outside, wizard }) => {
  if (!outside) throw new Error("nothing is outside");
  const { relay, spare } = outside;
  const [anna, bjorn, grace] = ["anna", "bjorn", "grace"].map((name) => rekey.person(name).mail) as [string, string, string];
  await askLink(wizard, anna);
  expect(relay.mails.map((mail) => mail.from)).toEqual([expect.stringContaining(FIRST)]);

  relay.isFailing = true;
  const link = await askLink(wizard, bjorn);
  expect(relay.refused, "it was asked first").toBeGreaterThan(0);
  expect(spare.mails.map((mail) => [mail.to, mail.from])).toEqual([[bjorn, expect.stringContaining(SECOND)]]);

  // The other way round: the first is well again, the second is gone.
  relay.isFailing = false;
  spare.isFailing = true;
  await askLink(wizard, grace);
  expect(relay.mails.map((mail) => mail.to)).toEqual([anna, grace]);

  // Both: the person waits, nothing is lost.
  relay.isFailing = true;
  await wizard.goto(link);
  await wizard.choose(PASSWORD);
  await wizard.isAt(PATHS.done, wizard.say("done.title"), true);
  await expect.poll(() => spare.refused).toBeGreaterThan(0);
  relay.isFailing = false;
  await rekey.moveClock(60 * 60);
  const told = await rekey.mailTo(bjorn, 2);
  expect(told.subject).toBe(wizard.say("mail.changed_subject", { site: "Visma" }));

  for (const path of ["/help/no-message", "/help/for-mail-administrators"]) {
    await page.goto(path);
    for (const sender of [FIRST, SECOND]) await expect(page.getByRole("main")).toContainText(sender);
  }
});

test("V8: the page names both senders", async ({ page, wizard }) => {
  await ask(wizard, "ingen@demo.example");
  for (const sender of [FIRST, SECOND]) await expect(page.getByRole("main")).toContainText(sender);
  await look(page, "visma-link-sent");
});

test("V9: the help says to look in the spam folder, then to ask whoever runs the mail to let these senders through", async ({ page, wizard }) => {
  const { say } = wizard;
  await ask(wizard, "ingen@demo.example");
  await wizard.unfold();
  await wizard.link("code.no_code_help").click();
  const main = page.getByRole("main");
  await expect(main).toContainText("Spør den som har ansvar for e-posten i firmaet ditt om å slippe gjennom avsenderne våre.");
  await above(
    main.getByText(say("help.no_message_look_spam")),
    main.getByRole("heading", { name: say("help.no_message_blocked_heading") }),
  );
  await look(page, "visma-help-no-message");
  await main.getByRole("link", { name: say("help.for_mail_administrators_title") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("help.for_mail_administrators_title"));
  for (const sender of [FIRST, SECOND]) await expect(main.getByRole("listitem").filter({ hasText: sender })).toBeVisible();
  await look(page, "visma-help-for-mail-administrators");
});

test("H1: every page of the help is dated", async ({ wizard }) => {
  await everyHelpPageIsDated(wizard);
});

test("H2: resetting and changing step by step, in the words of the pages", async ({ wizard }) => {
  const { say } = wizard;
  const reset = (await stepsOf(wizard, "reset")).join("\n");
  for (const words of ["Glemt ditt passord?", "Send forespørsel", FIRST, SECOND, say("new.submit")]) expect(reset).toContain(words);
  expect((await stepsOf(wizard, "change")).join("\n")).toContain(say("help.change_prove"));
});
