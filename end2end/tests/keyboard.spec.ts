// The whole way by keyboard alone, and a focus that can be seen at every stop.
import type { Page } from "@playwright/test";
import { codeIn, expect, NEW_PASSWORD, PATHS, test } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

/** Presses Tab until the element that matches has the focus; each stop on the way must show its ring. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stops = 0; stops < 25; stops += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator("*:focus");
    await expect(focused).toBeVisible();
    const ring = await focused.evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
    });
    expect(ring, await focused.evaluate((element) => element.outerHTML.slice(0, 120))).toBeGreaterThanOrEqual(2);
    if (await focused.evaluate((element, wanted) => element.matches(wanted), selector)) return;
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

test("from the link on the sign-in page to signed in", async ({ page, rekey, wizard }) => {
  const anna = rekey.person("anna");
  await wizard.goto(PATHS.signIn);
  await tabTo(page, "a[href='/forgot-password']");
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.identify, sv("identify.title"), true);
  await tabTo(page, "#identifier");
  await page.keyboard.type("anna");
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.code, sv("code.title"), true);
  await tabTo(page, "#code");
  await page.keyboard.type(codeIn(await rekey.mailTo(anna.mail)));
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.new, sv("new.title"), true);
  await tabTo(page, "#new_password");
  await page.keyboard.type(NEW_PASSWORD);
  await tabTo(page, ".reveal button");
  await page.keyboard.press("Space");
  await expect(wizard.field("new_password")).toHaveAttribute("type", "text");
  await tabTo(page, "#confirm_password");
  await page.keyboard.type(NEW_PASSWORD);
  await tabTo(page, "button.button");
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.done, sv("done.title"), true);
  await tabTo(page, "a.button");
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.signIn, sv("sign_in.title"), true);
  await tabTo(page, "#identifier");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("anna");
  await tabTo(page, "#password");
  await page.keyboard.type(NEW_PASSWORD);
  await page.keyboard.press("Enter");
  await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }), true);
});

test("the first stop leads past what every page begins with", async ({ page, wizard }) => {
  await wizard.goto(PATHS.identify);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: sv("common.skip_to_content") })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(wizard.field("identifier")).toBeFocused();
});
