// What a walk through the wizard found wanting, by the numbers of that walk: bugs and improvements of the steps and of sign-in.
import { codeIn, expect, linkIn, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { sv, words } from "../fixtures/words.ts";

const PHONE = { width: 360, height: 640 };

withAndWithoutScripts(() => {
  test("improvement 2: the field of the new password comes first, and its rules under it", async ({ page, rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    const top = async (of: string) => (await page.locator(of).boundingBox())?.y ?? Number.NaN;
    expect(await top("#new_password")).toBeLessThan(await top(".rules"));
    expect(await top(".rules")).toBeLessThan(await top("#confirm_password"));
    const summary = page.locator(".rules summary");
    await expect(summary).toHaveText(wizard.scripts ? sv("new.rules_left", { left: 3, all: 3 }) : sv("new.rules_title"));
    const longest = page.locator(".rules li").filter({ hasText: sv("new.rule_max_length", { max: 128 }) });
    await expect(longest).toBeHidden();
    if (!wizard.scripts) return;
    await wizard.field("new_password").fill("a".repeat(129));
    await expect(longest).toBeVisible();
    await expect(summary).toHaveText(sv("new.rules_left", { left: 2, all: 4 }));
    await wizard.field("new_password").fill(NEW_PASSWORD);
    await expect(longest).toBeHidden();
    await expect(summary).toHaveText(sv("new.rules_met"));
  });

  test("what helps when no code comes has even gaps", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.identify);
    await wizard.toCode(rekey.person("anna"));
    await page.locator("main details summary").click();
    const edges = async (of: string) => {
      const box = await page.locator(of).boundingBox();
      return box ? [box.y, box.y + box.height] : [Number.NaN, Number.NaN];
    };
    const [first, last, after] = await Promise.all([
      edges("main details p >> nth=0"),
      edges("main details p >> nth=-1"),
      edges("#resend-hint"),
    ]);
    const between = (last[0] ?? 0) - (first[1] ?? 0);
    expect(between).toBeGreaterThan(0);
    expect((after[0] ?? 0) - (last[1] ?? 0)).toBeCloseTo(between, 0);
  });

  test("improvement 2: on a phone both fields and the button are in view, and the rules a press away", async ({ page, rekey, wizard }) => {
    await page.setViewportSize(PHONE);
    await wizard.toNew(rekey.person("anna"));
    const rule = page.locator(".rules li").filter({ hasText: sv("new.rule_min_length", { min: 15 }) });
    if (!wizard.scripts) {
      // Nothing would unfold them for a browser that knows no such element.
      await expect(rule).toBeVisible();
      return;
    }
    await expect(rule).toBeHidden();
    await expect(wizard.field("confirm_password")).toBeInViewport();
    await expect(wizard.button("new.submit")).toBeInViewport();
    await page.locator(".rules summary").click();
    await expect(rule).toBeVisible();
    // What is fulfilled takes no room there.
    await wizard.field("new_password").fill("katter dansar så fint");
    await expect(rule).toBeHidden();
  });

  test("improvement 5: of the code page only the form is in view, and what helps is a press away", async ({ page, rekey, wizard }) => {
    await wizard.toCode(rekey.person("anna"));
    const help = page.locator("main details");
    await expect(help.locator("summary")).toHaveText(sv("code.no_code_heading"));
    await expect(wizard.link("code.no_code_help")).toBeHidden();
    await wizard.unfold();
    await expect(wizard.link("code.no_code_help")).toBeVisible();
    await expect(wizard.button("code.resend")).toBeVisible();
    await expect(page.locator("main .button")).toHaveCount(1);
  });

  test("bug 15: after a new code the field is empty", async ({ rekey, wizard }) => {
    const anna = rekey.person("anna");
    const code = await wizard.toCode(anna);
    await rekey.moveClock(31);
    await wizard.field("code").fill(code);
    if (wizard.scripts) await expect(wizard.button("code.resend")).not.toHaveAttribute("aria-disabled", "true", { timeout: 40_000 });
    await wizard.button("code.resend").click();
    await expect(wizard.notice).toHaveText(sv("code.resent"));
    await expect(wizard.field("code")).toHaveValue("");
    await wizard.enterCode(codeIn(await rekey.mailTo(anna.mail, 2)));
    await wizard.isAt(PATHS.new, sv("new.title"));
  });

  test("improvement 19: that one is signed out is said without the green of success", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await wizard.goto(PATHS.signIn);
    await wizard.signIn("anna", anna.password);
    await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }));
    await page.getByRole("button", { name: sv("start.sign_out"), exact: true }).click();
    await expect(wizard.notice).toHaveText(sv("sign_in.signed_out"));
    await expect(wizard.notice).toHaveClass("notice notice--plain");
  });

  test.describe("where mails carry a link", () => {
    test.use({ settings: { RESET__PROVE_BY: "mail_code,mail_link" } });

    test("bug 14: a link that stood open too long is opened again, and a new one is the second choice", async ({ page, rekey, wizard }) => {
      const anna = rekey.person("anna");
      await wizard.toCode(anna);
      await wizard.goto(linkIn(await rekey.mailTo(anna.mail)));
      await wizard.isAt(PATHS.new, sv("new.title"));
      await rekey.moveClock(16 * 60);
      await wizard.reload();
      await wizard.isAt(PATHS.new, sv("link.stale_title"));
      await expect(page.getByText(sv("link.stale_text"))).toBeVisible();
      await expect(wizard.button("link.renew")).toHaveClass("button button--quiet");
    });
  });

  test.describe("where a reset signs in", () => {
    test.use({ settings: { RESET__AFTER: "signed_in" } });

    test("bug 13: going back after Save leads on to where one is signed in", async ({ page, rekey, wizard }) => {
      await wizard.toDone(rekey.person("anna"));
      for (const path of [PATHS.new, PATHS.code]) {
        await wizard.goto(path);
        await expect(page.getByText(sv("done.signed_in"))).toBeVisible();
        await expect(wizard.link("done.to_portal")).toHaveAttribute("href", PATHS.account);
        await expect(wizard.link("done.to_sign_in")).toHaveCount(0);
      }
    });
  });
});

test("bug 7: what is said at a field goes as soon as it is no longer so", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  await wizard.choose("anna.berg2026anna.berg", "something else");
  await wizard.isWrong({ field: "new_password", says: sv("problem.password_personal") });
  await wizard.field("new_password").fill(NEW_PASSWORD);
  await expect(wizard.summary).toHaveCount(0);
  await expect(page.locator("#new_password-error")).toHaveCount(0);
  await expect(wizard.field("new_password")).not.toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveTitle(`${sv("new.title")} – Rekey`);
  await expect(wizard.field("new_password")).toBeFocused();
  // The repetition is looked at in the same way.
  await wizard.button("new.submit").click();
  await wizard.isWrong({ field: "confirm_password", says: sv("problem.confirm_differs") });
  await wizard.field("confirm_password").fill(NEW_PASSWORD);
  await expect(wizard.summary).toHaveCount(0);
  await wizard.button("new.submit").click();
  await wizard.isAt(PATHS.done, sv("done.title"));
});

test("bug 7: what only the server refuses is said until something else is typed", async ({ rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  await wizard.choose("Sommaren2026!!!");
  await wizard.isWrong({ field: "new_password", says: sv("problem.password_common") });
  await wizard.field("new_password").press("a");
  await expect(wizard.summary).toHaveCount(0);
});

test("improvement 6: a wrong code is marked, so that the next one takes its place", async ({ page, rekey, wizard }) => {
  const code = await wizard.toCode(rekey.person("anna"));
  await wizard.enterCode(code === "111111" ? "222222" : "111111");
  await expect(wizard.summary).toBeFocused();
  const marked = await wizard.field("code").evaluate((field: HTMLInputElement) => [field.selectionStart, field.selectionEnd]);
  expect(marked).toEqual([0, 6]);
  await wizard.summary.getByRole("link").click();
  await page.keyboard.type(code);
  await expect(wizard.field("code")).toHaveValue(code);
});

for (const [language, typed, warns] of [
  ["sv", "gröna katter på räcket", false],
  ["sv", "grønne katter på rekka", true],
  ["nb", "grønne katter på rekka", false],
  ["en", "gröna katter på räcket", true],
] as const) {
  test(`improvement 14: in ${language}, "${typed}" is ${warns ? "" : "not "}told to be rare on keyboards`, async ({ page, rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    await wizard.goto(`${PATHS.new}?lang=${language}`);
    await wizard.field("new_password").fill(typed);
    await expect(page.locator(".rules li.unmet")).toHaveCount(0);
    const advice = page.locator("#new_password-advice");
    if (warns) await expect(advice).not.toBeEmpty();
    else await expect(advice).toBeEmpty();
  });
}

test.describe("configured in some languages only", () => {
  const CONTACT = "Spør den som har ansvar for lønn.";
  test.use({
    settings: {
      SITE__NAME: "Kommunen",
      SITE__NAME__EN: "The municipality",
      SUPPORT__UNKNOWN_ADDRESS__NB: CONTACT,
      ACCOUNTS__PORTAL_URL: "https://portal.example.org/",
      ACCOUNTS__PORTAL_NAME__SV: "Till portalen",
    },
  });

  withAndWithoutScripts(() => {
    test("improvement 17: a name of the configuration is said in the language of the page, and what stays foreign says so", async ({ page, rekey, wizard }) => {
      for (const [language, name] of [["en", "The municipality"], ["sv", "Kommunen"]] as const) {
        const say = words(language);
        await wizard.goto(`${PATHS.identify}?lang=${language}`);
        await expect(page).toHaveTitle(`${say("identify.title")} – ${name}`);
        await expect(page.getByRole("banner")).toHaveText(name);
        await expect(page.getByRole("banner"), "nobody says which language a string is in").not.toHaveAttribute("lang");
        await expect(page.getByText(say("identify.scope", { site: name }))).toBeVisible();
        const foreign = page.locator("main [lang]");
        await expect(foreign).toHaveText([CONTACT]);
        await expect(foreign).toHaveAttribute("lang", "nb");
        await expect(page.getByText(say("help.note_unknown_address", { contact: CONTACT }))).toBeVisible();
        if (wizard.scripts) await expectNoAxeViolations(page);
      }
      await wizard.goto(`${PATHS.identify}?lang=nb`);
      await expect(page.locator("main [lang]")).toHaveCount(0);
      await wizard.goto(`${PATHS.signIn}?lang=sv`);
      await wizard.signIn("anna", rekey.person("anna").password);
      await expect(page).toHaveURL(PATHS.account);
      await wizard.goto(`${PATHS.account}?lang=en`);
      await expect(page.getByRole("link", { name: "Till portalen", exact: true })).toHaveAttribute("lang", "sv");
    });
  });
});
