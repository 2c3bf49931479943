// The pages of somebody who is signed in, the page that stops a change, and those of the second factor: each by itself, on a narrow phone.
import { at, CONFIRM, isFine, press, SECURITY, SET_UP, signIn } from "../fixtures/security.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

import { NARROW, OPEN, open, SIGNED_IN } from "../fixtures/places.ts";

withAndWithoutScripts(() => {
  test.describe("on a phone of 320 px", () => {
    test.use({ viewport: NARROW });

    for (const { name, path, title, reach, isOpen } of [...SIGNED_IN, ...OPEN]) {
      test(`${name}: fits, says what it is, and has no finding of axe`, async ({ page, rekey, wizard }) => {
        const anna = rekey.person("anna");
        if (!isOpen) await signIn(wizard, anna);
        await (reach ? reach(wizard, anna) : open(page, path));
        await wizard.isAt(path, title);
        await wizard.ready();
        await expect(page.locator("html")).toHaveAttribute("lang", "sv");
        await expect(wizard.summary).toHaveCount(0);
        await isFine(wizard, name);
        if (isOpen) return;
        await press(wizard, "start.sign_out");
        await wizard.isAt(PATHS.signIn, sv("sign_in.title"));
        await expect(wizard.notice).toHaveText(sv("sign_in.signed_out"));
      });
    }

    test("an administrator is led to set up the second factor, and to nothing else", async ({ page, rekey, wizard }) => {
      const grace = rekey.person("grace");
      await wizard.goto(PATHS.signIn);
      await wizard.signIn(grace.mail, grace.password);
      await wizard.isAt(SET_UP, sv("factor.set_up_title"));
      await expect(page.getByText(sv("factor.set_up_demanded", { site: "Rekey" }))).toBeVisible();
      await isFine(wizard, "an administrator who must set up");
      for (const path of ["/account", SECURITY, `${SECURITY}/mail`, CONFIRM]) {
        await page.goto(path);
        await at(wizard, SET_UP);
      }
    });
  });
});
