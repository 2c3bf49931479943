// The new password: rules that tick themselves off, what password managers need, and what the server alone can refuse.
import { expect, NEW_PASSWORD, PATHS, posts, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

test("the rules tick themselves off while typing", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  const rules = page.locator(".rules li");
  const longEnough = rules.filter({ hasText: sv("new.rule_min_length", { min: 15 }) });
  const notYours = rules.filter({ hasText: sv("new.rule_not_personal") });
  const notCommon = rules.filter({ hasText: sv("new.rule_not_common") });
  await expect(longEnough).toHaveClass("unmet");
  await expect(longEnough).toContainText(sv("new.unmet"));

  await wizard.field("new_password").fill("anna.berg2026anna.berg");
  await expect(longEnough).toHaveClass("met");
  await expect(longEnough).toContainText(sv("new.met"));
  await expect(notYours).toHaveClass("unmet");
  // Fifteen letters however å is put together: a and a ring are one.
  await wizard.field("new_password").fill("a\u030Asa g\u00e5r p\u00e5 st\u00e5");
  await expect(longEnough).toHaveClass("unmet");
  await wizard.field("new_password").fill("a\u030Asa g\u00e5r p\u00e5 st\u00e5n");
  await expect(longEnough).toHaveClass("met");
  await expect(notYours).toHaveClass("met");
  await expect(notCommon).toHaveClass("later");

  const advice = page.locator("#new_password-advice");
  await wizard.field("new_password").fill("a\u030Asa s\u00e5g en \u00e6lg");
  await expect(advice).toHaveText(sv("new.unusual_characters"));
  await wizard.field("new_password").fill("only plain letters here");
  await expect(advice).toBeEmpty();
});

test("what is easy to guess is said once the person pauses, and stands in nobody's way", async ({ page, rekey, wizard }) => {
  await page.clock.install();
  await wizard.toNew(rekey.person("anna"));
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/password-advice")) asked.push(request.postData() ?? "");
  });
  const strength = page.locator("#new_password-strength");
  await expect(strength).toHaveAttribute("role", "status");
  await page.clock.pauseAt(new Date(Date.now() + 3_600_000));
  // Too short for the rules: nobody is asked.
  await wizard.field("new_password").fill("asdfghjkl;");
  await page.clock.runFor(5_000);
  const weak = "asdfghjkl;'zxcvbnm,./";
  for (const length of [16, 18, weak.length]) {
    await wizard.field("new_password").fill(weak.slice(0, length));
    await page.clock.runFor(400);
  }
  expect(asked).toHaveLength(0);
  await page.clock.runFor(400);
  await expect(strength).toHaveText(sv("new.strength_keys"));
  expect(asked).toHaveLength(1);
  // Whatever was said is taken back with the first new letter.
  await wizard.field("new_password").fill(NEW_PASSWORD);
  await expect(strength).toBeEmpty();
  await page.clock.runFor(700);
  await expect(strength).toHaveText(sv("new.strength_good"));
  await wizard.choose(weak);
  await wizard.isAt(PATHS.done, sv("done.title"));
});

test("each field can be shown and hidden, and is hidden again before it leaves", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  for (const [name, label] of [
    ["new_password", "new.label"],
    ["confirm_password", "new.confirm_label"],
  ] as const) {
    const field = wizard.field(name);
    await field.fill(NEW_PASSWORD);
    const show = page.getByRole("button", { name: `${sv("common.show_password")}: ${sv(label)}` });
    await expect(show).toHaveText(sv("common.show"));
    await show.click();
    await expect(field).toHaveAttribute("type", "text");
    await expect(page.locator("#password-status")).toHaveText(sv("common.password_shown"));
    const hide = page.getByRole("button", { name: `${sv("common.hide_password")}: ${sv(label)}` });
    await expect(hide).toHaveText(sv("common.hide"));
    await expect(field).toHaveValue(NEW_PASSWORD);
  }
  await page.route("**/api/forgot-password/new", async (route) => {
    const types = await page.locator(".reveal input").evaluateAll((all) => all.map((each) => each.getAttribute("type")));
    expect(types).toEqual(["password", "password"]);
    await route.continue();
  });
  await wizard.button("new.submit").click();
  await wizard.isAt(PATHS.done, sv("done.title"));
});

test("two passwords that differ are found without asking the server, and stay in their fields", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  const sent = posts(page);
  await wizard.choose(NEW_PASSWORD, "something else entirely");
  await wizard.isWrong({ field: "confirm_password", says: sv("problem.confirm_differs") });
  await expect(wizard.field("new_password")).toHaveValue(NEW_PASSWORD);
  expect(sent).toHaveLength(0);
});

test("what was typed before the browser's half came counts", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\.wasm(\?|$)/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await wizard.field("new_password").fill(NEW_PASSWORD);
  release();
  await wizard.ready();
  await expect(wizard.field("new_password")).toHaveValue(NEW_PASSWORD);
  const longEnough = page.locator(".rules li").filter({ hasText: sv("new.rule_min_length", { min: 15 }) });
  await expect(longEnough).toHaveClass("met");
});

withAndWithoutScripts(() => {
  test("a letter is the same however it is put together", async ({ rekey, wizard }) => {
    const composed = "kr\u00e5kan sitter p\u00e5 r\u00e4cket";
    await wizard.toNew(rekey.person("anna"));
    await wizard.choose(composed.normalize("NFD"), composed);
    await wizard.isAt(PATHS.done, sv("done.title"));
    await wizard.goto(PATHS.signIn);
    await wizard.signIn("anna", composed.normalize("NFD"));
    await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }));
  });

  test("a common password is refused by the server, the fields are emptied and nothing is used up", async ({ rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    await wizard.choose("Sommaren2026!!!");
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_common") });
    await expect(wizard.field("new_password")).toHaveValue("");
    await expect(wizard.field("confirm_password")).toHaveValue("");
    await wizard.choose(NEW_PASSWORD);
    await wizard.isAt(PATHS.done, sv("done.title"));
  });

  test("fields say what browsers and password managers may fill in", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.identify);
    await expect(wizard.field("identifier")).toHaveAttribute("autocomplete", "username");
    const code = await wizard.toCode(rekey.person("anna"));
    await expect(wizard.field("code")).toHaveAttribute("autocomplete", "one-time-code");
    await expect(wizard.field("code")).toHaveAttribute("inputmode", "numeric");
    await wizard.enterCode(code);
    await wizard.isAt(PATHS.new, sv("new.title"));
    for (const name of ["new_password", "confirm_password"]) {
      await expect(wizard.field(name)).toHaveAttribute("autocomplete", "new-password");
      await expect(wizard.field(name)).toHaveAttribute("type", "password");
      await expect(wizard.field(name)).not.toHaveAttribute("maxlength", /./);
    }
    await expect(wizard.field("new_password")).toHaveAttribute("passwordrules", /minlength: 15; maxlength: 128/);
    const userName = page.locator("form input[autocomplete=username]");
    await expect(userName).toHaveValue("anna");
    await expect(userName).toHaveAttribute("readonly");
    await expect(userName).toHaveAttribute("tabindex", "-1");
    await wizard.goto(PATHS.signIn);
    await expect(wizard.field("identifier")).toHaveAttribute("autocomplete", "username");
    await expect(wizard.field("password")).toHaveAttribute("autocomplete", "current-password");
  });
});
