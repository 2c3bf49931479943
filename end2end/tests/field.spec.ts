// What password managers, phones and several tabs do to the pages: reports from the field.
import { expect, NEW_PASSWORD, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";

const SHARED = "familjen@demo.example";

/** Sets a value as a program does that tells the page of a change alone. */
function fillIn(element: HTMLElement | SVGElement, value: string): void {
  (element as HTMLInputElement).value = value;
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

test.describe("with scripts", () => {
  test("F17: the rules follow a value of which only a change is told", async ({ page, rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    const unmet = page.locator(".rules li.unmet");
    const met = page.locator(".rules li.met");
    const field = wizard.field("new_password");
    await field.evaluate(fillIn, "kort");
    await expect(unmet.first()).toBeVisible();
    await field.evaluate(fillIn, NEW_PASSWORD);
    await expect(unmet).toHaveCount(0);
    await expect(met.first()).toBeVisible();
    // Typed on after that.
    await field.press("Control+a");
    await field.pressSequentially("annan");
    await expect(unmet.first()).toBeVisible();
  });

  test("F18: the name for password managers is the one that is picked", async ({ page, rekey, wizard }) => {
    for (const name of ["per", "siv"]) await rekey.add({ userName: name, name, mail: SHARED });
    await wizard.toNew({ userName: "per", mail: SHARED, password: "" });
    const name = page.locator('input[autocomplete="username"]');
    await expect(name).toHaveValue("per");
    await page.getByLabel("siv", { exact: true }).check();
    await expect(name).toHaveValue("siv");
    await page.getByLabel("per", { exact: true }).check();
    await expect(name).toHaveValue("per");
    await page.getByLabel("siv", { exact: true }).check();
    await wizard.choose("kort");
    await expect(wizard.summary).toBeVisible();
    await expect(name).toHaveValue("siv");
  });
});

withAndWithoutScripts(() => {
  test("F16: nothing corrects what is typed", async ({ page, rekey, wizard }) => {
    await wizard.goto(PATHS.signIn);
    await expect(wizard.field("identifier")).toHaveAttribute("autocorrect", "off");
    await expect(wizard.field("password")).toHaveAttribute("autocorrect", "off");
    await wizard.toCode(rekey.person("anna"));
    await expect(wizard.field("code")).toHaveAttribute("autocorrect", "off");
    await expect(page.locator('input[type="text"]:not([autocorrect="off"])')).toHaveCount(0);
  });
});
