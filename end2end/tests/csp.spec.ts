// What a full run must not do: break the content security policy, ask another origin, or leave a secret behind in the browser.
import { codeIn, expect, NEW_PASSWORD, PATHS, test } from "../fixtures/wizard.ts";
import { sv } from "../fixtures/words.ts";

test("a full run keeps to one origin, to the policy, and leaves nothing behind", async ({ page, rekey, wizard }) => {
  const anna = rekey.person("anna");
  const said: string[] = [];
  const asked = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error") said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  const addresses: string[] = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });

  await wizard.goto(PATHS.identify);
  await wizard.identify("anna");
  await wizard.isAt(PATHS.code, sv("code.title"));
  const code = codeIn(await rekey.mailTo(anna.mail));
  await wizard.enterCode(code);
  await wizard.isAt(PATHS.new, sv("new.title"));
  await wizard.choose(NEW_PASSWORD);
  await wizard.isAt(PATHS.done, sv("done.title"));
  await wizard.goto(PATHS.signIn);
  await wizard.signIn("anna", NEW_PASSWORD);
  await wizard.isAt(PATHS.account, sv("start.title", { name: "Anna Berg" }));

  expect(said).toEqual([]);
  expect([...asked]).toEqual([new URL(rekey.url).origin]);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).toBe('[{},{},""]');
  for (const address of addresses) {
    for (const secret of [code, NEW_PASSWORD, "anna"]) expect(address).not.toContain(secret);
  }
});

test("an injected script does not run", async ({ page, wizard }) => {
  await wizard.goto(PATHS.identify);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    return "injected" in window;
  });
  expect(ran).toBe(false);
});
