// Every step and state: as pictures to look at (end2end/screenshots), free of axe's findings, and no wider than a small phone.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { HELP, picture, pictures } from "../fixtures/journeys.ts";
import { NARROW } from "../fixtures/places.ts";
import { giveCode, press, SECURITY, setUpFactor, signIn, type } from "../fixtures/security.ts";
import { expect, NEW_PASSWORD, PATHS, test, type Wizard } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

const SCREENSHOTS = resolve(import.meta.dirname, "../screenshots");
const SCREENS = { phone: { width: 320, height: 640 }, desktop: { width: 1280, height: 800 } } as const;
mkdirSync(SCREENSHOTS, { recursive: true });

type Look = (name: string) => Promise<void>;

/** Shows one state after the other to `look`. */
async function tour(wizard: Wizard, look: Look): Promise<void> {
  const { page, rekey } = wizard;
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.signIn);
  await look("sign-in");
  await wizard.button("sign_in.submit").click();
  await expect(wizard.summary).toBeVisible();
  await look("sign-in-error");
  for (const topic of ["", "/no-message", "/reset", "/contact", "/for-mail-administrators"]) {
    await page.goto(`${PATHS.help}${topic}`);
    await look(`help${topic.replace("/", "-")}`);
  }
  await page.goto("/no-such-page");
  await look("not-found");
  await wizard.goto(PATHS.identify);
  await look("identify");
  await wizard.button("identify.submit").click();
  await expect(wizard.summary).toBeVisible();
  await look("identify-error");

  const code = await wizard.toCode(anna);
  await look("code");
  const wrong = (code[0] === "9" ? "8" : "9") + code.slice(1);
  await wizard.enterCode(wrong);
  await expect(wizard.summary).toBeVisible();
  await look("code-error");
  for (const left of [3, 2, 1, 0]) {
    await wizard.enterCode(wrong);
    await expect(wizard.summary).toContainText(
      left > 1
        ? sv("problem.code_wrong", { count: left })
        : sv(left === 1 ? "problem.code_wrong_last" : "problem.code_tries_used_up"),
    );
  }
  await look("code-dead");

  await wizard.toNew(rekey.person("bjorn"));
  await look("new");
  await wizard.choose("kort", "");
  await expect(wizard.summary).toBeVisible();
  await look("new-error");
  await page.goto(PATHS.code);
  await wizard.isAt(PATHS.code, sv("code.passed_title"));
  await look("code-passed");
  await wizard.goto(PATHS.new);
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, sv("done.title"));
  await look("done");
  await wizard.reload();
  await wizard.isAt(PATHS.done, sv("done.already_title"));
  await look("done-already");
  await wizard.goto(PATHS.signIn);
  await wizard.signIn("bjorn", NEW_PASSWORD);
  await wizard.isAt(PATHS.account, sv("start.title", { name: "Bjørn Dahl" }));
  await look("account");
  await wizard.button("start.sign_out").click();
  await expect(wizard.notice).toHaveText(sv("sign_in.signed_out"));
  await look("signed-out");
}

for (const [screen, viewport] of Object.entries(SCREENS)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${screen}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme, contextOptions: { reducedMotion: "reduce" } });

      test("every state looks right, is free of axe's findings and fits", async ({ page, wizard }) => {
        test.setTimeout(300_000);
        await tour(wizard, async (name) => {
          await page.screenshot({ path: join(SCREENSHOTS, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
          // Names, roles and order are the same on each; contrast is what light and dark differ in.
          if ((screen === "phone") === (colorScheme === "light")) await expectNoAxeViolations(page);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(wider, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        });
      });
    });
  }
}

test("the help, what the law wants said and a shared machine, as pictures", async ({ page, wizard }) => {
  test.setTimeout(300_000);
  for (const topic of [...HELP, "poster"]) {
    await page.goto(`${PATHS.help}/${topic}`);
    await pictures(page, `help-${topic}`);
  }
  await page.emulateMedia({ media: "print" });
  for (const topic of ["reset", "poster"]) {
    await page.goto(`${PATHS.help}/${topic}`);
    await picture(page, `help-${topic}-printed`);
  }
  await page.emulateMedia({ media: "screen" });
  await wizard.goto(`${PATHS.signIn}?kiosk=1`);
  await pictures(page, "shared-machine");
});

test("what is refused and what is done on the pages of an account, as pictures", async ({ page, rekey, wizard }) => {
  test.setTimeout(300_000);
  await page.setViewportSize(NARROW);
  const anna = rekey.person("anna");
  await signIn(wizard, anna);
  await page.goto(`${SECURITY}/name`);
  await wizard.field("name").fill("www.example.org");
  await press(wizard, "account.save");
  await expect(wizard.summary).toBeVisible();
  await pictures(page, "name-refused");
  await wizard.field("name").fill("Anna Lind");
  await press(wizard, "account.save");
  await wizard.isAt(SECURITY, sv("account.security_title"));
  await pictures(page, "name-changed");
  await page.goto(`${SECURITY}/mail`);
  await type(wizard, "mail", "anna@ny.example");
  await giveCode(wizard, "12");
  await expect(wizard.summary).toBeVisible();
  await pictures(page, "contact-code-refused");
  await page.goto(`${SECURITY}/factor`);
  await setUpFactor(wizard);
  await press(wizard, "factor.account_new_codes");
  await wizard.isAt(`${SECURITY}/factor/codes`, sv("factor.codes_title"));
  await page.emulateMedia({ media: "print" });
  for (const element of [page.getByRole("navigation"), page.getByRole("button"), page.getByRole("main").getByRole("link")]) {
    await expect(element.filter({ visible: true }), "paper cannot be pressed").toHaveCount(0);
  }
  await picture(page, "recovery-codes-printed");
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${SECURITY}/activity`);
  await pictures(page, "activity-of-a-while");
});

test.describe("forced colours", () => {
  test.use({ contextOptions: { forcedColors: "active" }, viewport: SCREENS.phone });

  test("fields, buttons and errors keep their borders", async ({ page, wizard }) => {
    await wizard.goto(PATHS.identify);
    await wizard.button("identify.submit").click();
    for (const element of [wizard.field("identifier"), wizard.button("identify.submit"), wizard.summary]) {
      const width = await element.evaluate((found) => parseFloat(getComputedStyle(found).borderTopWidth));
      expect(width).toBeGreaterThan(0);
    }
    await page.screenshot({ path: join(SCREENSHOTS, "identify-error-phone-forced.png"), fullPage: true });
  });
});

test("on a small phone the field and the button stand above the keyboard", async ({ page, wizard }) => {
  await page.setViewportSize(SCREENS.phone);
  await wizard.goto(PATHS.identify);
  const bottom = async (key: string) => {
    const box = await wizard.button(key).boundingBox();
    return (box?.y ?? Infinity) + (box?.height ?? 0);
  };
  expect(await bottom("identify.submit")).toBeLessThanOrEqual(380);
  await wizard.toCode(wizard.rekey.person("anna"));
  expect(await bottom("code.submit")).toBeLessThanOrEqual(380);
});

test("nothing moves for those who asked for stillness", async ({ page, wizard }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await wizard.goto(PATHS.identify);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      return [style.transitionDuration, style.animationDuration].some((list) => list.split(",").some((each) => parseFloat(each) > 0.001));
    }).map((element) => element.outerHTML.slice(0, 80)),
  );
  expect(moving).toEqual([]);
});
