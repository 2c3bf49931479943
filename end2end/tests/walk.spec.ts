// What a walk through the pages of an account found to be better, one test each.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { elsewhere } from "../fixtures/journeys.ts";
import { NARROW, OWN_NUMBER } from "../fixtures/places.ts";
import { at, CONFIRM, confirmNow, fact, isFine, isRefused, press, replace, SECURITY, setUpFactor, shown, signIn, type } from "../fixtures/security.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const PICTURES = resolve(import.meta.dirname, "../screenshots");
mkdirSync(PICTURES, { recursive: true });
/** Far from midnight, so that today stays today. */
const NOON = "2040-06-01T10:00:00Z";
const LONG = "anna.berg-och-alla-hennes-katter@nytt.exempelkommun.example";
const SIGNED_IN_PAGES = ["", "/security", "/security/name", "/security/mail", "/security/phone", "/security/factor", "/security/sessions", "/security/activity", "/confirm"];

/** To look at: on a phone and on a desktop, in light and in dark. */
async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const [screen, size] of Object.entries({ phone: NARROW, desktop: { width: 1280, height: 800 } })) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(PICTURES, `walk-${name}-${screen}-${colorScheme}.png`), fullPage: true });
    }
  }
  if (before) await page.setViewportSize(before);
}

/** The lines in which the words of an element stand, as they are broken on the screen. */
async function lines(page: Page, words: string): Promise<string[]> {
  return page.getByText(words, { exact: true }).first().evaluate((element) => {
    const found: string[] = [];
    let top: number | undefined;
    const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (const [index, letter] of [...(node.nodeValue ?? "")].entries()) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        const { top: here, height } = range.getBoundingClientRect();
        const isNew = top === undefined || here > top + height / 2;
        top = here;
        found.push(isNew ? letter : `${found.pop() ?? ""}${letter}`);
      }
    }
    return found;
  });
}

withAndWithoutScripts(() => {
  test("bug 16: devices are a list with a heading each, and no two buttons have one name", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    const others = [await elsewhere(wizard), await elsewhere(wizard)];
    for (const other of others) await signIn(other, anna);
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/sessions`);
    const devices = page.getByRole("main").getByRole("list").getByRole("listitem");
    await expect(devices).toHaveCount(3);
    await expect(devices.getByRole("heading", { level: 2 })).toHaveCount(3);
    const names = await devices.getByRole("button").evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
    expect(names).toHaveLength(2);
    expect(new Set(names).size, names.join()).toBe(2);
    // On a phone too, a button has room around it.
    await page.setViewportSize(NARROW);
    for (const device of await devices.all()) {
      if ((await device.getByRole("button").count()) === 0) continue;
      const [button, words] = [await device.getByRole("button").boundingBox(), await device.locator("div").boundingBox()];
      if (!button || !words) throw new Error("a device is not drawn");
      const apart = button.y >= words.y + words.height + 6 || button.x >= words.x + words.width + 6;
      expect(apart, "the button touches the words").toBe(true);
    }
    await look(page, "sessions");
    await isFine(wizard);
    await page.goto(`${SECURITY}/activity`);
    expect(await page.getByRole("main").getByRole("listitem").count()).toBeGreaterThan(2);
    await look(page, "activity");
    for (const other of others) await other.page.context().close();
  });

  test("improvement 7: the security page is cards, each with a heading, its value and one row of actions", async ({ page, rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await page.goto(SECURITY);
    const cards = page.locator("main .card");
    await expect(cards.getByRole("heading", { level: 2 })).toHaveCount(await cards.count());
    expect(await cards.count()).toBeGreaterThan(7);
    const phone = cards.filter({ has: page.getByRole("heading", { name: sv("account.phone_heading"), exact: true }) });
    const number = phone.getByRole("listitem").getByText(shown(OWN_NUMBER), { exact: true });
    await expect(number, "as people write it").toHaveText("070-174 06 05");
    expect(await number.evaluate((element) => getComputedStyle(element).fontWeight)).toBe("400");
    await page.setViewportSize({ width: 1280, height: 800 });
    const rows = await phone.locator(".ways a").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    expect(new Set(rows).size, "one row").toBe(1);
    await look(page, "security");
    await isFine(wizard);
  });

  test("improvement 8: what waits can be confirmed at its card", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await replace(wizard, anna.mail, LONG);
    await expect(fact(wizard, LONG).getByRole("link")).toHaveText([sv("account.confirm_now"), sv("account.change"), sv("account.remove")]);
    await expect(confirmNow(wizard, anna.mail), "what goes needs none").toHaveCount(0);
    await look(page, "waiting");
    await confirmNow(wizard, LONG).click();
    await wizard.isAt(CONFIRM, sv("account.confirm_title"));
  });

  test("improvement 9: one signs out in the header of every page, and nowhere else", async ({ page, rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    for (const path of SIGNED_IN_PAGES) {
      await page.goto(`/account${path}`);
      await expect(page.getByRole("banner").getByRole("button", { name: sv("start.sign_out"), exact: true })).toBeVisible();
      await expect(wizard.button("start.sign_out"), path).toHaveCount(1);
    }
    for (const size of [NARROW, { width: 1280, height: 800 }]) {
      await page.setViewportSize(size);
      const [button, heading] = [await wizard.button("start.sign_out").boundingBox(), await page.getByRole("heading", { level: 1 }).boundingBox()];
      if (!button || !heading) throw new Error("the page is not drawn");
      expect(button.y + button.height, "above the page's own words").toBeLessThan(heading.y);
      expect(button.height).toBeGreaterThanOrEqual(40);
    }
    await look(page, "confirm");
    await press(wizard, "start.sign_out");
    await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
  });

  test("improvement 13: an address is broken at its signs, not in the midst of a name", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await replace(wizard, anna.mail, LONG);
    await page.setViewportSize(NARROW);
    const broken = await lines(page, LONG);
    expect(broken.length, broken.join(" | ")).toBeGreaterThan(1);
    expect(broken.join("")).toBe(LONG);
    for (const line of broken.slice(1)) expect(line, broken.join(" | ")).toMatch(/^[.@]|^(berg|och|alla|hennes|katter)/);
    const hyphens = await page.getByRole("heading", { level: 1 }).evaluate((heading) => getComputedStyle(heading).hyphens);
    expect(hyphens).toBe("auto");
    await isFine(wizard);
  });

  test("improvement 24: the panel of a wide screen leads to every part of the account", async ({ page, rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await page.goto(SECURITY);
    const navigation = page.getByRole("navigation", { name: sv("account.nav"), exact: true });
    await expect(navigation.getByRole("listitem")).toHaveCount(7);
    for (const [words, path, current] of [
      ["account.nav_overview", SECURITY, "page"],
      ["account.nav_devices", `${SECURITY}/sessions`, "page"],
      ["account.nav_activity", `${SECURITY}/activity`, "page"],
      ["account.nav_factor", `${SECURITY}/factor`, "page"],
      ["account.name_heading", `${SECURITY}/name`, "page"],
    ] as const) {
      await navigation.getByRole("link", { name: sv(words), exact: true }).click();
      await at(wizard, path);
      await expect(navigation.locator("[aria-current]")).toHaveText([sv(words)]);
      await expect(navigation.locator("[aria-current]")).toHaveAttribute("aria-current", current);
    }
    // The page of the password is one of the app's, and has the same.
    await navigation.getByRole("link", { name: sv("account.password_heading"), exact: true }).click();
    await at(wizard, `${SECURITY}/password`);
    await wizard.ready();
    await expect(navigation.getByRole("listitem")).toHaveCount(7);
    await expect(navigation.locator("[aria-current]")).toHaveText([sv("account.password_heading")]);
    await expect(page.getByRole("banner").getByRole("button", { name: sv("start.sign_out") })).toBeVisible();
    await look(page, "password");
    await page.goto(`${SECURITY}/mail`);
    await expect(navigation.locator("[aria-current]")).toHaveText([sv("account.nav_contacts")]);
    await look(page, "mail");
    await navigation.getByRole("link", { name: sv("account.nav_contacts"), exact: true }).click();
    await at(wizard, SECURITY);
    await expect(page.locator("#contact")).toBeInViewport();
    // On a phone the cards lead there, and nothing stands before them.
    await page.setViewportSize(NARROW);
    await expect(navigation).toBeHidden();
    await isFine(wizard);
  });

  test("improvement 10: what has happened stands day by day, with device and contact, and failures are marked", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await rekey.stopClock(NOON);
    await wizard.goto(PATHS.signIn);
    await wizard.signIn(anna.mail, "not the password at all");
    await expect(wizard.summary).toBeVisible();
    await signIn(wizard, anna);
    await replace(wizard, anna.mail, LONG);
    await page.goto(`${SECURITY}/activity`);
    await expect(page.getByRole("heading", { level: 2 })).toHaveText([
      "I\u00a0dag",
      // The account was made on the machine's own day.
      /^\d{1,2}\u00a0[a-z]+\u00a0\d{4}$/,
      sv("account.not_you_heading"),
    ]);
    const events = page.getByRole("main").getByRole("listitem");
    await expect(events.first()).toContainText(/^\d\d\.\d\d/);
    await expect(events.filter({ hasText: sv("account.event_contact_replaced") })).toContainText("a…@d….example → a…@n….example");
    await expect(events.filter({ hasText: "Windows" }).first()).toContainText(sv("account.event_signed_in"));
    const failed = events.filter({ hasText: sv("account.event_failed") });
    await expect(failed).toHaveCount(1);
    await expect(failed).toContainText(sv("account.event_sign_in_failed"));
    await look(page, "activity");
    await isFine(wizard);
    await page.getByRole("link", { name: sv("account.not_you_submit"), exact: true }).click();
    await at(wizard, `${SECURITY}/password`);
  });

  test("improvement 12: times are said as people say them, and never broken", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await rekey.stopClock(NOON);
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/sessions`);
    await expect(page.getByRole("main")).toContainText(/i\u00a0dag\u00a0\d\d\.\d\d/);
    await replace(wizard, anna.mail, LONG);
    await expect(fact(wizard, LONG)).toContainText(/i\u00a0morgon\u00a0\d\d\.\d\d/);
    const told = await rekey.mailTo(anna.mail);
    expect(told.text, "a mail is read whenever").toMatch(/\d{1,2} [a-z]+( \d{4})? kl\. \d\d\.\d\d/);
  });

  test("improvement 15: recovery codes are numbered, kept as a file, and a box says that they are", async ({ page, rekey, wizard }) => {
    await signIn(wizard, rekey.person("anna"));
    await page.goto(`${SECURITY}/factor`);
    await setUpFactor(wizard);
    await press(wizard, "factor.account_new_codes");
    const codes = await page.locator("ol.codes > li code").allInnerTexts();
    expect(codes).toHaveLength(10);
    const [file] = await Promise.all([page.waitForEvent("download"), wizard.link("factor.codes_file").click()]);
    const kept = (await (await file.createReadStream()).toArray()).join("");
    codes.forEach((code, index) => expect(kept).toContain(`${index + 1}. ${code}`));
    for (const key of ["factor.codes_copy", "factor.codes_print"]) {
      await expect(wizard.button(key), "only where a script can do it").toBeVisible({ visible: wizard.scripts });
    }
    if (wizard.scripts) {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await press(wizard, "factor.codes_copy");
      await expect(page.getByRole("status").filter({ hasText: sv("factor.codes_copied") })).toBeVisible();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join("\n"));
    }
    await look(page, "codes");
    await isFine(wizard);
    await page.emulateMedia({ media: "print" });
    for (const key of ["factor.codes_copy", "factor.codes_print"]) await expect(wizard.button(key)).toBeHidden();
    await expect(page.locator('[href$="/codes/file"]')).toBeHidden();
    await expect(page.getByText("Konto: anna.")).toBeVisible();
    await expect(page.locator(".printed"), "the address of the service").toBeVisible();
    await expect(page.locator("ol.codes > li code").first()).toBeVisible();
    await page.emulateMedia({ media: null });
    await press(wizard, "factor.codes_go_on");
    await isRefused(wizard, "saved", sv("factor.problem_not_saved"));
    await expect(page.locator("ol.codes > li code")).toHaveText(codes);
    await page.getByLabel(sv("factor.codes_saved")).check();
    await press(wizard, "factor.codes_go_on");
    await at(wizard, `${SECURITY}/factor`);
  });

  test("improvement 22: a code page counts down, and its button waits", async ({ page, rekey, wizard }) => {
    if (wizard.scripts) await page.clock.install();
    await signIn(wizard, rekey.person("anna"));
    await page.goto(`${SECURITY}/mail`);
    await type(wizard, "mail", LONG);
    const hint = page.locator("#resend-hint");
    const again = wizard.button("code.resend");
    await expect(hint).toHaveText(/\d+ sekunder/);
    await expect(again).toHaveAccessibleDescription(/\d+ sekunder/);
    await look(page, "code");
    if (wizard.scripts) {
      await expect(again).toHaveAttribute("aria-disabled", "true");
      const seconds = async () => Number(/\d+/.exec(await hint.innerText())?.[0]);
      const before = await seconds();
      await page.clock.runFor(5_000);
      expect(await seconds()).toBeLessThanOrEqual(before - 5);
      await page.clock.runFor(60_000);
      await expect(again).not.toHaveAttribute("aria-disabled", "true");
      await expect(hint).toBeEmpty();
      await expect(page.getByText(sv("code.resend_ready"))).toBeVisible();
    } else {
      await expect(again).not.toHaveAttribute("aria-disabled", "true");
      await again.click();
      await expect(wizard.summary).toContainText(/\d+ sekunder/);
    }
    await isFine(wizard);
  });

  test("improvement 23, bug 10: recovery codes are folded away, and open where something is wrong with one", async ({ page, rekey, wizard }) => {
    const anna = rekey.person("anna");
    await signIn(wizard, anna);
    await page.goto(`${SECURITY}/factor`);
    await setUpFactor(wizard);
    await press(wizard, "start.sign_out");
    await wizard.goto(PATHS.signIn);
    await wizard.signIn(anna.mail, anna.password);
    await at(wizard, "/sign-in/factor");
    await expect(page.locator("#recovery")).toBeHidden();
    await look(page, "factor");
    await page.getByText(sv("factor.lost_heading"), { exact: true }).click();
    await press(wizard, "factor.lost_submit");
    await expect(page.locator("#recovery")).toBeVisible();
    await expect(wizard.summary.getByRole("link")).toHaveText(sv("factor.problem_recovery_empty"));
    await expect(page.locator("#recovery")).toHaveAccessibleDescription(sv("factor.problem_recovery_empty"));
    await wizard.summary.getByRole("link").click();
    await expect(page.locator("#recovery")).toBeFocused();
    await isFine(wizard);
  });
});

test.describe("at 400 %", () => {
  test.use({ viewport: { width: 320, height: 256 } });

  test("bug 12: the warning before an end leaves the page in view, and can be put away", async ({ page, rekey, wizard }) => {
    await page.clock.install();
    await signIn(wizard, rekey.person("anna"));
    for (const isLast of [false, true]) {
      await page.route("**/account/stay", (route) => route.fulfill({ json: { warn_in: 0, end_in: 110, is_last: isLast } }));
      await page.goto(SECURITY);
      const end = Number(await page.locator("#stay").getAttribute("data-warn-in"));
      await page.clock.runFor((end + 2) * 1000);
      const warning = page.locator(".stay");
      await expect(warning).toBeInViewport();
      const box = await warning.boundingBox();
      expect(box?.height).toBeLessThanOrEqual(256 / 3);
      const button = warning.getByRole("button");
      await expect(button).toBeInViewport({ ratio: 1 });
      await expect(button).toHaveText(sv(isLast ? "account.stay_close" : "account.stay_submit"));
      await page.screenshot({ path: join(PICTURES, `walk-stay-${isLast}.png`) });
      if (!isLast) continue;
      await button.click();
      await expect(warning).toHaveCount(0);
      await page.clock.runFor(5_000);
      await expect(warning, "and stays away").toHaveCount(0);
    }
  });
});

test.describe("the help", () => {
  test.use({ settings: { HELP__FEEDBACK: "true", HELP__CONTROLLER: "Exempel AB", HELP__PRIVACY_URL: "https://example.com/privacy" } });

  test("bug 11: what is to be put right about an answer takes focus", async ({ page, wizard }) => {
    await page.goto("/help/feedback?page=sign-in");
    await press(wizard, "help.feedback_send");
    await expect(wizard.summary).toBeFocused();
  });
});
