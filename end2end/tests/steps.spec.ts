// What people do to a wizard: back, forward, reload, double clicks, coffee breaks, a second tab.
import { codeIn, expect, looks, NEW_PASSWORD, PATHS, test, Wizard, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

withAndWithoutScripts(() => {
  test("back, forward and reload lead to a page that fits", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const back = async () => {
      await page.goBack();
      await wizard.ready();
    };
    const forward = async () => {
      await page.goForward();
      await wizard.ready();
    };

    await wizard.goto(PATHS.identify);
    await wizard.reload();
    await wizard.identify(anna.mail);
    await wizard.isAt(PATHS.code, sv("code.title"), true);
    await wizard.reload();
    await wizard.isAt(PATHS.code, sv("code.title"));
    await expect(page.getByText(sv("code.sent_to", { identifier: anna.mail }))).toBeVisible();
    await back();
    await wizard.isAt(PATHS.identify, sv("identify.title"));
    await expect(wizard.field("identifier")).toHaveValue(anna.mail);
    await forward();
    await wizard.isAt(PATHS.code, sv("code.title"));

    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail)));
    await wizard.isAt(PATHS.new, sv("new.title"), true);
    await back();
    await wizard.isAt(PATHS.code, sv("code.passed_title"));
    await expect(wizard.field("code")).toHaveCount(0);
    await wizard.link("code.passed_continue").click();
    await wizard.isAt(PATHS.new, sv("new.title"), true);
    await wizard.reload();
    await wizard.isAt(PATHS.new, sv("new.title"));

    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, sv("done.title"), true);
    await back();
    await wizard.isAt(PATHS.new, sv("done.already_title"));
    await expect(wizard.field("new_password")).toHaveCount(0);
    await forward();
    await wizard.isAt(PATHS.done, wizard.scripts ? sv("done.title") : sv("done.already_title"));
    await wizard.reload();
    await wizard.isAt(PATHS.done, sv("done.already_title"));
    await wizard.link("done.to_sign_in").click();
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"), true);
    expect(await rekey.mailbox((mails) => mails.length >= 2), "reloading sent nothing").toHaveLength(2);
  });

  test("a step that has not been reached leads to the one that comes first", async ({ rekey, wizard }) => {
    for (const path of [PATHS.code, PATHS.new]) {
      await wizard.goto(path);
      await expect(wizard.page).toHaveURL((url) => url.pathname === PATHS.identify);
      await expect(wizard.summary.getByRole("listitem")).toHaveText([sv("problem.flow_missing")]);
    }
    await wizard.toCode(rekey.person("anna"));
    for (const path of [PATHS.new, PATHS.done]) {
      await wizard.goto(path);
      await expect(wizard.page).toHaveURL(PATHS.code);
      await expect(wizard.summary.getByRole("listitem")).toHaveText([sv("problem.step_skipped")]);
      await wizard.reload();
      await wizard.isAt(PATHS.code, sv("code.title"));
      await expect(wizard.summary, "said once").toHaveCount(0);
    }
  });

  test("double clicks do everything once", async ({ rekey, wizard }) => {
    const anna = rekey.person("anna");
    await wizard.goto(PATHS.identify);
    await wizard.field("identifier").fill(anna.mail);
    await wizard.button("identify.submit").dblclick();
    await wizard.isAt(PATHS.code, sv("code.title"));
    await wizard.ready();

    const code = codeIn(await rekey.mailTo(anna.mail));
    await wizard.field("code").fill(code);
    await wizard.button("code.submit").dblclick();
    await wizard.isAt(PATHS.new, sv("new.title"));
    await wizard.ready();
    await expect(wizard.summary).toHaveCount(0);

    await wizard.field("new_password").fill(NEW_PASSWORD);
    await wizard.field("confirm_password").fill(NEW_PASSWORD);
    await wizard.button("new.submit").dblclick();
    await wizard.hasPath(PATHS.done);
    await expect(wizard.summary).toHaveCount(0);
    await expect(wizard.link("done.to_sign_in")).toBeVisible();

    // A second code would have been sent before the notice that the password has changed.
    const changed = sv("mail.changed_subject", { site: "Rekey" });
    const mails = await rekey.mailbox((sent) => sent.some((mail) => mail.subject === changed));
    expect(mails.map((mail) => mail.subject)).toEqual([changed, sv("mail.code_subject", { site: "Rekey" })]);
  });

  test("what took too long says so and begins again", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const code = await wizard.toCode(anna);
    await rekey.moveClock(61 * 60);
    await wizard.enterCode(code);
    await expect(page).toHaveURL(PATHS.identify);
    await wizard.isWrong({ says: sv("problem.flow_expired") });

    await wizard.identify(anna.mail);
    await wizard.isAt(PATHS.code, sv("code.title"), true);
    await expect(wizard.summary).toHaveCount(0);
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"), true);
    await rekey.moveClock(16 * 60);
    await wizard.choose(NEW_PASSWORD);
    await expect(page).toHaveURL(PATHS.identify);
    await wizard.isWrong({ says: sv("problem.flow_expired") });
    await expect(wizard.field("identifier")).toBeVisible();
  });

  test("a code that is too old asks for a new one", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const code = await wizard.toCode(anna);
    await rekey.moveClock(31 * 60);
    await wizard.enterCode(code);
    await expect(page).toHaveURL(PATHS.code);
    await expect(wizard.summary.getByRole("listitem")).toHaveText([sv("problem.code_expired")]);
    await expect(wizard.field("code")).toHaveCount(0);
    await wizard.button("code.resend").click();
    await expect(wizard.notice).toHaveText(sv("code.resent"));
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"), true);
  });

  test("starting again in a second tab is noticed in the first", async ({ context, page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const first = await wizard.toCode(anna);
    const second = await new Wizard(await context.newPage(), rekey, wizard.scripts).begin();
    await second.goto(PATHS.identify);
    await second.identify(anna.mail);
    await second.isAt(PATHS.code, sv("code.title"), true);
    const newer = codeIn(await rekey.mailTo(anna.mail, 2));

    await page.bringToFront();
    await wizard.enterCode(first);
    await expect(page).toHaveURL(PATHS.code);
    await wizard.isWrong({ says: sv("problem.flow_elsewhere") });
    await wizard.enterCode(newer);
    await wizard.isAt(PATHS.new, sv("new.title"), true);
  });

  test("nobody sees whether an account exists", async ({ page, rekey, wizard }) => {
    const code = await wizard.toCode(rekey.person("anna"));
    const real = await looks(page, rekey.person("anna").mail);
    const wrong = (code[0] === "1" ? "2" : "1") + code.slice(1);
    await wizard.enterCode(wrong);
    await wizard.isWrong({ field: "code", says: sv("problem.code_wrong", { count: 4 }) });

    await wizard.goto(PATHS.identify);
    await wizard.identify("nobody@demo.example");
    await wizard.isAt(PATHS.code, sv("code.title"), true);
    expect(await looks(page, "nobody@demo.example")).toBe(real);
    await wizard.enterCode(wrong);
    await wizard.isWrong({ field: "code", says: sv("problem.code_wrong", { count: 4 }) });

    // A mail to the second would have been sent before this third one.
    await wizard.goto(PATHS.identify);
    await wizard.identify("bjorn");
    await rekey.mailTo(rekey.person("bjorn").mail);
    expect(await rekey.mailbox((mails) => mails.length >= 2)).toHaveLength(2);
  });
});

withAndWithoutScripts(() => {
  test("pages of somebody else's time are not shown from the history", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.signIn);
    await wizard.signIn("anna", rekey.person("anna").password);
    await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }), true);
    await wizard.button("start.sign_out").click();
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
    await wizard.ready();
    await page.goBack();
    await expect(page, "the start page is for people who are signed in").toHaveURL((url) => url.pathname === PATHS.signIn);
    await expect(page.getByText("Anna Berg")).toHaveCount(0);
  });
});
