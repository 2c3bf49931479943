// The server starts, answers and stops, and the first page is one that everybody can use.
import { expectNoAxeViolations } from "../fixtures/a11y.ts";
import { expect, test } from "../fixtures/rekey.ts";

test("the first page of the wizard answers and is accessible", async ({ page, rekey }) => {
  expect(rekey.person("anna").mail).toBe("anna.berg@demo.example");

  const answer = await page.goto("/forgot-password");

  expect(answer?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectNoAxeViolations(page);
});
