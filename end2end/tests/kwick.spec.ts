// kwick: a link by mail, two hours, once. The rows of the journey, in its own words; mails leave by SMTP.
import type { Page } from "@playwright/test";
import { join, resolve } from "node:path";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { everyHelpPageIsDated, look, pictureOfMail, stepsOf } from "../fixtures/journeys.ts";
import { journey, type Language } from "../fixtures/words.ts";
import { expect, linkIn, NEW_PASSWORD, PATHS, test, Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";

const SCREENSHOTS = resolve(import.meta.dirname, "../screenshots");

test.use({ journeyName: "kwick", delivery: "outside" });

/** Asks for a link in somebody's name; gives its path. */
async function ask(wizard: Wizard, userName: string, count = 1): Promise<string> {
  const { rekey, say } = wizard;
  await wizard.goto(PATHS.identify);
  await wizard.field("identifier").fill(userName);
  await wizard.button("identify.link_submit").click();
  await wizard.isAt(PATHS.code, say("code.link_title"));
  await wizard.ready();
  return linkIn(await rekey.mailTo(rekey.person(userName).mail, count));
}

/** The same person at another device. */
async function otherDevice(wizard: Wizard, page: Page): Promise<Wizard> {
  return new Wizard(page, wizard.rekey, wizard.scripts, wizard.say, wizard.site).begin();
}

withAndWithoutScripts(() => {
  test("K1, K2, K3: from the sign-in page over the mail to a new password", async ({ browser, context, page, rekey, wizard }) => {
    const { say } = wizard;
    await wizard.goto(PATHS.signIn);
    await wizard.link("sign_in.forgot").click();
    await wizard.isAt(PATHS.identify, say("identify.title"), true);
    await wizard.ready();
    const link = await ask(wizard, "anna");
    const mail = await rekey.mailTo(rekey.person("anna").mail);
    expect(mail.subject).toBe(say("mail.link_subject", { site: "Kwick" }));
    expect(mail.html).toContain(say("mail.link_button"));
    await expect(page.getByText(say("code.link_lifetime_hours", { hours: 2 }))).toBeVisible();
    await expect(wizard.field("code")).toHaveCount(0);

    // Another device: it shares nothing with the browser that asked.
    const elsewhere = await browser.newContext({
      baseURL: rekey.url,
      javaScriptEnabled: wizard.scripts,
      locale: "sv-SE",
    });
    const phone = await otherDevice(wizard, await elsewhere.newPage());
    await phone.goto(link);
    await phone.isAt(PATHS.new, say("new.title"));
    expect(phone.page.url(), "the token is not in the address").not.toContain("/r/");
    await expect(phone.page.getByText(say("new.account", { user_name: "anna" }))).toBeVisible();
    await phone.choose("kort", "kort");
    await phone.isWrong({ field: "new_password", says: say("problem.password_too_short", { min: 15, count: 4 }) });
    await phone.choose(NEW_PASSWORD);
    await phone.isAt(PATHS.done, say("done.title"), true);
    await phone.reload();
    await phone.isAt(PATHS.done, say("done.already_title"));
    await phone.link("done.to_sign_in").click();
    await phone.isAt(PATHS.signIn, say("sign_in.title"));
    await phone.ready();
    await phone.signIn("anna", NEW_PASSWORD);
    await phone.isAt(PATHS.account, say("start.title", { name: "Anna Berg" }));
    await elsewhere.close();

    // The tab that asked keeps its own honest state.
    await wizard.reload();
    await wizard.isAt(PATHS.code, say("code.link_title"));
    expect(context.pages()).toHaveLength(1);
  });

  test("K4: after two hours it is too old, and one button asks for a new one", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const link = await ask(wizard, "anna");
    await rekey.moveClock(2 * 60 * 60 + 1);
    await wizard.goto(link);
    await wizard.isAt(PATHS.new, say("link.expired_title"));
    await expect(page.getByText(say("link.expired_text"))).toBeVisible();
    await wizard.button("link.renew").click();
    await wizard.isAt(PATHS.code, say("code.link_title"), true);
    await expect(page.getByRole("main")).not.toContainText(/\banna\b/);
    const newer = linkIn(await rekey.mailTo(rekey.person("anna").mail, 2));
    await wizard.goto(newer);
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.title"), true);
  });

  test("K5: it works once, and a newer one replaces it", async ({ page, rekey, wizard }) => {
    const { say } = wizard;
    const older = await ask(wizard, "anna");
    const link = await ask(wizard, "anna", 2);
    await wizard.goto(older);
    await wizard.isAt(PATHS.new, say("link.replaced_title"));
    await wizard.goto(link);
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.title"), true);
    await page.goBack();
    await wizard.ready();
    await expect(wizard.field("new_password")).toHaveCount(0);
    await wizard.goto(link);
    await wizard.isAt(PATHS.new, say("link.used_title"));
    await wizard.button("link.renew").click();
    await wizard.isAt(PATHS.code, say("code.link_title"), true);
    linkIn(await rekey.mailTo(rekey.person("anna").mail, 4));
  });

  test("K6: a cut-off link is told apart from an old and from a used one", async ({ wizard }) => {
    const { say } = wizard;
    const link = await ask(wizard, "anna");
    for (const damaged of [link.slice(0, -1), link.slice(0, 12), "/r/"]) {
      await wizard.goto(damaged);
      await wizard.isAt(PATHS.new, say("link.damaged_title"));
    }
    await wizard.link("link.ask").click();
    await wizard.isAt(PATHS.identify, say("identify.title"), true);
  });

  test("K7, K8: the help says why no mail came, names the sender, and ends with a person and a question", async ({ page, wizard }) => {
    const { say } = wizard;
    await ask(wizard, "anna");
    await wizard.unfold();
    await wizard.link("code.no_code_help").click();
    const main = page.getByRole("main");
    for (const part of [say("help.no_message_domain"), say("help.no_message_look_spam"), say("help.no_message_look_bin")]) {
      await expect(main).toContainText(part);
    }
    await expect(main).toContainText(say("help.no_message_look_settings"));
    await expect(main).toContainText("rekey@localhost");
    await expect(main).toContainText("support@kwick.example");
    await page.getByRole("button", { name: say("help.feedback_yes"), exact: true }).click();
    await expect(main.getByRole("status")).toHaveText(say("help.feedback_thanks"));
    await page.goto("/help/link");
    await expect(main).toContainText(say("help.link_old", { lifetime: say("help.hours", { count: 2 }) }));
  });
});

test("K2: a user name or an e-mail address, whichever comes to mind", async ({ page, rekey, wizard }) => {
  const { say } = wizard;
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.identify);
  await expect(page.getByLabel(say("identify.label"))).toBeVisible();
  await wizard.button("identify.link_submit").click();
  await wizard.isWrong({ field: "identifier", says: say("problem.identifier_empty") });
  for (const [index, who] of ["ANNA", anna.mail.toUpperCase()].entries()) {
    await wizard.goto(PATHS.identify);
    await wizard.field("identifier").fill(who);
    await wizard.button("identify.link_submit").click();
    await wizard.isAt(PATHS.code, say("code.link_title"), true);
    linkIn(await rekey.mailTo(anna.mail, index + 1));
  }
});

test("K3: the mail has one button, with its address under it, and comes from the sender that pages name", async ({ page, rekey, outside, wizard }) => {
  const { say } = wizard;
  const link = await ask(wizard, "anna");
  const mail = await rekey.mailTo(rekey.person("anna").mail);
  await wizard.unfold();
  await expect(page.getByText(say("code.no_code_wait", { sender: "rekey@localhost" }))).toBeVisible();
  expect(outside?.relay.mails[0]?.from).toContain("rekey@localhost");
  expect(mail.html.split(link).length - 1, "button, and bare address in words and as a link").toBe(3);
  await pictureOfMail(wizard, mail, "kwick-mail-link");
});

for (const language of ["nb", "en"] as Language[]) {
  test(`K9: an app opens the wizard in a language (${language})`, async ({ page, rekey, wizard }) => {
    const { say } = journey("kwick", language);
    await wizard.goto(`${PATHS.identify}?lang=${language}`);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await wizard.isAt(PATHS.identify, say("identify.title"));
    await wizard.field("identifier").fill("anna");
    await page.getByRole("button", { name: say("identify.link_submit"), exact: true }).click();
    await wizard.isAt(PATHS.code, say("code.link_title"), true);
    // The mail speaks the language of the account, the pages that of the person in front of them.
    const link = linkIn(await rekey.mailTo(rekey.person("anna").mail));
    await wizard.goto(link);
    await wizard.isAt(PATHS.new, say("new.title"));
    await expect(page.locator("html")).toHaveAttribute("lang", language);
  });
}

test.describe("an app sends people here", () => {
  const APP = "kwickapp://losenord/klart";
  test.use({ settings: { ACCOUNTS__RETURN_URLS: `${APP},https://app.kwick.example/klar` } });

  /** Through the whole journey, begun as an app begins it; ends at the last page. */
  const walk = async (wizard: Wizard, back: string): Promise<void> => {
    const { rekey, say } = wizard;
    await wizard.goto(`${PATHS.identify}?lang=sv&return=${encodeURIComponent(back)}`);
    await wizard.field("identifier").fill("anna");
    await wizard.button("identify.link_submit").click();
    await wizard.isAt(PATHS.code, say("code.link_title"), true);
    await wizard.goto(linkIn(await rekey.mailTo(rekey.person("anna").mail)));
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, say("done.title"), true);
  };

  withAndWithoutScripts(() => {
    test("K9: and gets them back at the end", async ({ wizard }) => {
      await walk(wizard, APP);
      await expect(wizard.link("done.to_return")).toHaveAttribute("href", APP);
    });
  });

  test("K9: the button leads there, past the policy of the page", async ({ page, wizard }) => {
    const place = "https://app.kwick.example/klar";
    await page.route(`${place}**`, (route) => route.fulfill({ body: "<h1>Appen</h1>", contentType: "text/html" }));
    await walk(wizard, place);
    await wizard.link("done.to_return").click();
    await expect(page).toHaveURL(place);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Appen");
  });

  test("K9: whoever signs in by way of the app gets back, too", async ({ page, rekey, wizard }) => {
    const place = "https://app.kwick.example/klar";
    await page.route(`${place}**`, (route) => route.fulfill({ body: "<h1>Appen</h1>", contentType: "text/html" }));
    await wizard.goto(`${PATHS.signIn}?lang=sv&return=${encodeURIComponent(place)}`);
    await wizard.signIn("anna", rekey.person("anna").password);
    await expect(page).toHaveURL(place);
  });

  test("K9: an address that is not allowed leads nowhere", async ({ page, wizard }) => {
    await walk(wizard, "https://app.kwick.example.attacker.example/klar");
    await expect(wizard.link("done.to_sign_in")).toBeVisible();
    await expect(wizard.link("done.to_return")).toHaveCount(0);
    expect(await page.content()).not.toContain("attacker");
  });
});

test("H1: every page of the help is dated", async ({ wizard }) => {
  await everyHelpPageIsDated(wizard);
});

test("H2: resetting and changing step by step, in the words of the pages", async ({ wizard }) => {
  const { say } = wizard;
  const reset = (await stepsOf(wizard, "reset")).join("\n");
  for (const words of [say("sign_in.forgot"), say("identify.link_submit"), say("help.hours", { count: 2 }), say("new.submit")]) {
    expect(reset).toContain(words);
  }
  expect((await stepsOf(wizard, "change")).join("\n")).toContain(say("help.change_prove"));
});

test("K1, K7, K8: sign-in and help look right on a phone and on a desk", async ({ page, wizard }) => {
  test.setTimeout(300_000);
  await wizard.goto(PATHS.signIn);
  await look(page, "kwick-sign-in");
  await wizard.goto(PATHS.identify);
  await look(page, "kwick-identify");
  await ask(wizard, "anna");
  await look(page, "kwick-link-sent");
  for (const topic of ["no-message", "link", "contact"]) {
    await page.goto(`${PATHS.help}/${topic}`);
    await look(page, `kwick-help-${topic}`);
  }
});

test("a scanner that opens the link, runs the page and waits does no harm", async ({ browser, page, rekey, wizard }) => {
  const { say } = wizard;
  const link = await ask(wizard, "anna");
  const scanner = await browser.newContext({ baseURL: rekey.url, locale: "sv-SE" });
  for (let visit = 0; visit < 2; visit += 1) {
    const opened = await otherDevice(wizard, await scanner.newPage());
    await opened.goto(link);
    await opened.isAt(PATHS.new, say("new.title"));
    await opened.page.waitForLoadState("networkidle");
  }
  await scanner.close();
  // From another site, as out of webmail: the cookie of the link must survive the way.
  await page.route("https://webmail.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: `<a href="${rekey.url}${link}">the mail</a>` }),
  );
  await page.goto("https://webmail.example/");
  await page.getByRole("link", { name: "the mail" }).click();
  await wizard.isAt(PATHS.new, say("new.title"));
  await wizard.ready();
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, say("done.title"), true);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ viewport: { width: 320, height: 640 }, colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("every page of a link looks right and is free of axe's findings", async ({ page, rekey, wizard }) => {
      const { say } = wizard;
      const look = async (name: string) => {
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-phone-${colorScheme}.png`), fullPage: true });
        await expectNoAxeViolations(page);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wider, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      };
      const link = await ask(wizard, "anna");
      await look("link-sent");
      await wizard.goto(link.slice(0, -3));
      await wizard.isAt(PATHS.new, say("link.damaged_title"));
      await look("link-damaged");
      await wizard.goto(link);
      await wizard.isAt(PATHS.new, say("new.title"));
      await look("link-open");
      await wizard.choose(NEW_PASSWORD);
      await wizard.isAt(PATHS.done, say("done.title"), true);
      await look("link-done");
      await wizard.goto(link);
      await wizard.isAt(PATHS.new, say("link.used_title"));
      await look("link-used");
      const other = await ask(wizard, "bjorn");
      await rekey.moveClock(2 * 60 * 60 + 1);
      await wizard.goto(other);
      await wizard.isAt(PATHS.new, say("link.expired_title"));
      await look("link-expired");
    });
  });
}
