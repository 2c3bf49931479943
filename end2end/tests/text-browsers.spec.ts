// lynx and w3m: a journey by the code and one by the link, pages that go by their address, and one that is begun anew, on a terminal.
import { linkTo, SECURITY, signIn } from "../fixtures/security.ts";
import { type Program, TextBrowser } from "../fixtures/text-browser.ts";
import { codeIn, linkIn, NEW_PASSWORD, PATHS, test } from "../fixtures/wizard.ts";
import { type Say, sv, words } from "../fixtures/words.ts";

test.use({ settings: { RESET__PROVE_BY: "mail_code,mail_link" }, javaScriptEnabled: false });

async function choose(browser: TextBrowser, say: Say = sv): Promise<void> {
  await browser.shows(say("new.title"));
  await browser.type(NEW_PASSWORD);
  await browser.type(NEW_PASSWORD);
  await browser.press(say("new.submit"));
  await browser.shows(say("done.title"));
}

for (const program of ["lynx", "w3m"] satisfies Program[]) {
  test(`${program} finishes a journey by the code and one by the link`, async ({ rekey }) => {
    const anna = rekey.person("anna");
    const browser = await TextBrowser.open(program, `${rekey.url}${PATHS.identify}?lang=sv`);
    try {
      await browser.shows(sv("identify.title"));
      await browser.type(anna.mail);
      await browser.press(sv("identify.submit"));
      await browser.shows(sv("code.title"));
      await browser.type("123");
      await browser.press(sv("code.submit"));
      await browser.shows(sv("common.problem_heading"));
      await browser.type(codeIn(await rekey.mailTo(anna.mail)));
      await browser.press(sv("code.submit"));
      await choose(browser);
    } finally {
      await browser.close();
    }
    // A mail program opens the link in a browser that knows nothing yet.
    const bjorn = rekey.person("bjorn");
    const asks = await TextBrowser.open(program, `${rekey.url}${PATHS.identify}?lang=sv`);
    try {
      await asks.shows(sv("identify.title"));
      await asks.type(bjorn.mail);
      await asks.press(sv("identify.submit"));
      await asks.shows(sv("code.title"));
    } finally {
      await asks.close();
    }
    const link = linkIn(await rekey.mailTo(bjorn.mail));
    const opens = await TextBrowser.open(program, `${rekey.url}${link}`);
    try {
      // It has chosen no language, and asks for English.
      await choose(opens, words("en"));
    } finally {
      await opens.close();
    }
  });

  test(`${program} begins anew where it is told that the way is lost`, async ({ rekey }) => {
    // Two redirections from one path are a loop to w3m, so no language is asked for besides.
    const say = words("en");
    const browser = await TextBrowser.open(program, `${rekey.url}${PATHS.code}`);
    try {
      await browser.shows(say("problem.flow_missing"));
      await browser.type(rekey.person("anna").mail);
      await browser.press(say("identify.submit"));
      await browser.shows(say("code.title"));
    } finally {
      await browser.close();
    }
  });

  test(`${program} replaces an address, which its page knows by its own`, async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(SECURITY);
    const replace = await linkTo(wizard, "account.change_what", anna.mail).getAttribute("href");
    const browser = await TextBrowser.open(program, `${rekey.url}${replace ?? ""}&lang=sv`);
    try {
      await browser.shows(sv("sign_in.title"));
      await browser.type(anna.mail);
      await browser.type(anna.password);
      await browser.press(sv("sign_in.submit"));
      await browser.shows(sv("account.mail_replace_title"));
      await browser.type("ny@demo.example");
      await browser.press(sv("account.send_code"));
      await browser.shows(sv("code.title"));
    } finally {
      await browser.close();
    }
  });
}
