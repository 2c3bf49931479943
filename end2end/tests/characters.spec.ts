// Characters that a system behind cannot take (JOURNEYS O6): the reason is said while typing, and after posting without scripts.
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { expect, PATHS, test, withAndWithoutScripts } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

test.use({
  settings: {
    PASSWORD__MIN_LENGTH: "8",
    PASSWORD__CHARACTERS: "letters_and_digits",
    PASSWORD__FORBID_CHARACTERS: "åäö",
  },
});

const REASON = sv("new.rule_forbidden", { characters: "å, ä, ö" });

test("each thing ticks itself off, and the very letters are named with the reason while typing", async ({ page, rekey, wizard }) => {
  await wizard.toNew(rekey.person("anna"));
  const rule = (sentence: string) => page.locator(".rules li").filter({ hasText: sentence });
  const [letter, digit, none] = [rule(sv("new.rule_letter")), rule(sv("new.rule_digit")), rule(REASON)];
  const said = page.locator("#new_password-advice");

  await wizard.field("new_password").fill("morkblatt");
  await expect(letter).toHaveClass("met");
  await expect(digit).toHaveClass("unmet");
  await expect(none).toHaveClass("met");
  await wizard.field("new_password").fill("2026112233");
  await expect(letter).toHaveClass("unmet");
  await expect(digit).toHaveClass("met");
  await expect(said).toBeEmpty();

  // Ö and a ring that comes by itself.
  await wizard.field("new_password").fill("M\u00d6rkbla\u030att7 \u00d6");
  await expect(none).toHaveClass("unmet");
  await expect(none).toContainText(sv("new.remove", { characters: "Ö, å" }));
  await expect(said).toHaveAttribute("role", "status");
  await expect(said).toHaveText(sv("problem.password_forbidden", { character: "Ö" }));
  await expectNoAxeViolations(page);
  await wizard.field("new_password").fill("Morkblått7 O");
  await expect(none).toContainText(sv("new.remove", { characters: "å" }));
  await wizard.field("new_password").fill("Morkblatt7 O");
  await expect(none).toHaveClass("met");
  await expect(said).toBeEmpty();
});

withAndWithoutScripts(() => {
  test("the reason stands there before, and is said with the letter after posting", async ({ page, rekey, wizard }) => {
    await wizard.toNew(rekey.person("anna"));
    await expect(page.locator(".rules")).toContainText(REASON);
    await wizard.choose("fyra gröna 77 katter");
    await wizard.isWrong({ field: "new_password", says: sv("problem.password_forbidden", { character: "ö" }) });
    await wizard.choose("fyra grona 77 katter");
    await wizard.isAt(PATHS.done, sv("done.title"));
  });
});
