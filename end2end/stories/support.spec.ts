import type { Page } from "@playwright/test";
import { awake, expect, inClear, listen, look, PLANTED, signOutElsewhere, test } from "../support/test";

const [quirina] = PLANTED;

async function find(page: Page, term: string) {
  const box = page.getByLabel("Search customers").first();
  await box.fill(term);
  await box.press("Enter");
}

test("a support agent finds, verifies, reveals and replaces, and nothing is clear but the reveal", async ({ as, desk }) => {
  const { page } = await as("support");
  const heard = listen(page, (answer) => answer.url().endsWith("/api/customers/reveal"));
  const refused: string[] = [];
  page.on("response", (answer) => void (answer.status() === 403 && refused.push(answer.url())));
  const used = async () => Number((await page.locator("[data-allowance] strong").innerText()).split(" ")[0]);
  // The page's own clock, so that a minute need not be waited for.
  await page.clock.install();
  await page.goto("/");
  await look(page, "home-support");

  // One exact hit leads straight to the record, and the box comes back empty.
  for (const term of ["c-900001", "O-900001", quirina.email.toUpperCase(), quirina.phone, "0151 2345 6742", "6742", "quirina zaunkonig", quirina.postcode]) {
    await page.goto("/orders");
    await find(page, term);
    await expect(page, term).toHaveURL(/\/customers\/C-900001$/);
    await expect(page.getByLabel("Search customers").first()).toHaveValue("");
  }
  await find(page, "nobody@nowhere.example");
  await expect(page.getByText("e-mail, exact")).toBeVisible();
  await expect(page.getByText("Try another way", { exact: false })).toBeVisible();
  await find(page, "zaunkon");
  await expect(page).toHaveURL(/\/customers\?search=/);
  await expect(page.getByText("name, beginnings of words")).toBeVisible();
  await look(page, "customers-found");
  await page.getByRole("link", { name: "C-900001" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quirina Z.");
  await expect(page.locator("[data-masked]").filter({ hasText: "••• ••• 42" })).toBeVisible();
  await look(page, "customer");

  await page.getByRole("button", { name: "Verify phone" }).click();
  const verify = page.getByRole("dialog", { name: "Verify caller" });
  await verify.getByRole("textbox").fill("+49 1512345 6743");
  await verify.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(verify.getByText("No match", { exact: true })).toBeVisible();
  await verify.getByRole("textbox").fill("0049 151 23456742".replace("0049", "+49"));
  await verify.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(verify.getByText("Match", { exact: true })).toBeVisible();
  await look(page, "verify-caller");
  await page.keyboard.press("Escape");
  await expect(page.getByText("Caller verified")).toBeVisible();

  const before = await used();
  await page.getByRole("button", { name: "Reveal phone" }).click();
  const reveal = page.getByRole("dialog", { name: "Reveal phone" });
  // No default is a reason: nothing is asked before one is chosen.
  await reveal.getByRole("button", { name: "Reveal", exact: true }).click();
  await expect(reveal.getByLabel("Reason")).toBeFocused();
  await reveal.getByLabel("Reason").selectOption("other");
  await reveal.getByLabel("Order").selectOption("O-900001");
  await reveal.getByLabel("Details").fill("short");
  await reveal.getByRole("button", { name: "Reveal", exact: true }).click();
  await expect(reveal.getByText(/10 characters/).first()).toBeVisible();
  await look(page, "reveal-phone");
  await reveal.getByLabel("Reason").selectOption("caller_asked");
  await reveal.getByRole("button", { name: "Reveal", exact: true }).click();
  const clear = page.locator("[data-revealed]");
  await expect(clear).toHaveText(quirina.phone);
  await expect(page.getByText("Reason Caller asked, order O-900001. Further fields need one press")).toBeVisible();
  expect(await used()).toBe(before + 1);
  await expect(page.getByRole("meter")).toHaveAttribute("value", `${before + 1}`);
  await expect(page.getByRole("button", { name: "Hide now" })).toBeFocused();
  await page.getByRole("button", { name: "Copy phone" }).click();
  await expect(page.getByText("Copied", { exact: true })).toBeVisible();
  await look(page, "customer-revealed");

  // The reason holds for a further field of the same customer: one press.
  await page.getByRole("button", { name: "Reveal e-mail" }).click();
  await expect(clear).toHaveText([quirina.email, quirina.phone]);
  expect(await used()).toBe(before + 2);
  await page.clock.runFor(50_000);
  await expect(clear.filter({ hasText: quirina.email })).toBeVisible();
  await page.clock.runFor(10_000);
  await expect(clear).toHaveCount(0);
  // It still holds when the page is opened again.
  await page.reload();
  await awake(page);
  await expect(page.getByText("Further fields need one press")).toBeVisible();
  await page.getByRole("button", { name: "Reveal postcode" }).click();
  await expect(clear).toHaveText(quirina.postcode);
  await page.getByRole("button", { name: "Hide now" }).click();
  await expect(clear).toHaveCount(0);
  expect(refused).toEqual([]);

  await page.goto("/customers/C-900001?tab=access");
  await expect(page.getByText("Sunniva Support").first()).toBeVisible();
  for (const told of ["revealed the phone", "copied the phone (as the page reported)", "revealed the postcode", /viewed the customer \d+ times/]) {
    await expect(page.getByText(told).first()).toBeVisible();
  }
  await look(page, "customer-access");

  await page.goto("/customers/C-900001");
  await page.getByRole("button", { name: "Replace phone" }).click();
  const replace = page.getByRole("dialog", { name: "Replace phone" });
  await replace.getByRole("textbox").fill("+49 160 7000 1199");
  await replace.getByRole("button", { name: "Replace" }).click();
  await expect(page.locator("[data-masked]").filter({ hasText: "••• ••• 99" })).toBeVisible();

  const values = [quirina.email, quirina.phone, "2345 6742", quirina.street, "Zaunkönig", "160 7000 1199"];
  expect(await heard.holding(values)).toEqual([]);
  expect(inClear(desk, values)).toEqual([]);
});

test("what is revealed masks itself when the page is hidden, left, or its session has ended", async ({ as }) => {
  const { page } = await as("support");
  const clear = page.locator("[data-revealed]");
  const reveal = async (field: string, value: string, reason?: string) => {
    await awake(page);
    await page.getByRole("button", { name: `Reveal ${field}` }).click();
    if (reason) {
      const dialog = page.getByRole("dialog", { name: `Reveal ${field}` });
      await dialog.getByLabel("Reason").selectOption(reason);
      await dialog.getByRole("button", { name: "Reveal", exact: true }).click();
    }
    await expect(clear).toHaveText(value);
  };
  await page.goto("/customers/C-900002");
  await reveal("street", "Am Deich 4", "scheduling");
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  await expect(clear).toHaveCount(0);

  // Left for another page, whether or not the browser keeps this one for the way back.
  await page.reload();
  await reveal("street", "Am Deich 4");
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await expect(clear).toHaveCount(0);
  await page.reload();
  await reveal("street", "Am Deich 4");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Orders" }).click();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Balthasar O.");
  await expect(clear).toHaveCount(0);

  await reveal("street", "Am Deich 4");
  await signOutElsewhere(page);
  await page.getByRole("button", { name: "Reveal phone" }).click();
  const ended = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(ended).toBeVisible();
  await expect(clear).toHaveCount(0);
  await look(page, "session-ended");
  await ended.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("dialog", { name: "Reveal phone" })).toBeVisible();
});

test("the same work needs no script but for the touch", async ({ plain }) => {
  const { page } = await plain("support", "script");
  const wilhelmina = PLANTED[2];
  for (const term of [wilhelmina.number, wilhelmina.email, wilhelmina.phone, "0160 11112290", "2290", "wilhelmina prust", wilhelmina.postcode]) {
    await page.goto("/customers");
    await find(page, term);
    await expect(page, term).toHaveURL(/\/customers\/C-900003$/);
  }
  await expect(page.locator("[data-masked]").filter({ hasText: "••• ••• 90" })).toBeVisible();
  await page.getByRole("button", { name: "Verify street" }).click();
  const verify = page.getByRole("dialog", { name: "Verify caller" });
  await verify.getByRole("textbox").fill("hohe gasse 112");
  await verify.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page.getByText("Match: the caller gave the right value.")).toBeVisible();
  await page.getByRole("button", { name: "Reveal phone" }).click();
  const reveal = page.getByRole("dialog", { name: "Reveal phone" });
  await expect(reveal.getByText("a touch needs scripts, which do not run here")).toBeVisible();
  await expect(reveal.getByRole("button", { name: "Reveal", exact: true })).toBeDisabled();

  await page.goto("/orders/O-900003");
  await page.getByLabel("Panels").fill("20");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByLabel("Panels")).toHaveValue("20");
});
