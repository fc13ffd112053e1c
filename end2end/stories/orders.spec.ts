import type { Page } from "@playwright/test";
import { awake, expect, look, test } from "../support/test";

/** Orders of these stories alone: what happens to them is nothing to the others. */
const order = (number: string, stage: string, more: object = {}) => ({
  number,
  stage,
  panels: 22,
  watts: 430,
  inverter: "Fronius Symo 8.2",
  adders: ["wallbox"],
  price_minor: 2_194_000,
  currency: "EUR",
  ...more,
});
const rosalind = {
  number: "C-910001",
  name: "Rosalind Tannhäuser",
  email: "rosalind@tannhaeuser.example",
  phone: "+49 171 5550 1234",
  street: "Salzspeicher 9",
  postcode: "23552",
  city: "Lübeck",
  country: "DE",
  account: "active",
  orders: [
    order("O-910001", "design"),
    order("O-910002", "lead", { price_minor: 990_000 }),
    order("O-910003", "proposal_sent", { next_step: "Call about the roof" }),
    order("O-910004", "lead"),
    order("O-910005", "permitting"),
  ],
};

test.beforeAll(({ desk }) => {
  desk.import([rosalind]);
});

/** What an order shows of its change orders. */
const changes = (page: Page) => page.getByRole("region", { name: "Change orders" });

async function save(page: Page, reason?: string) {
  await page.getByRole("button", { name: "Review changes" }).click();
  if (reason) await page.getByLabel("Reason").fill(reason);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Order saved." })).toBeVisible();
}

test("an order is changed through a conflict, merged and undone", async ({ as }) => {
  const { page } = await as("support");
  await page.goto("/orders");
  await look(page, "orders");
  await page.goto("/orders?city=Lübeck&stage=permitting");
  await expect(page.getByText("1 order", { exact: true })).toBeVisible();
  await page.goto("/orders?city=Nowhere");
  await expect(page.getByText("No order fits")).toBeVisible();
  await look(page, "orders-none");

  await page.goto("/orders/O-910002");
  const late = await page.context().newPage();
  await late.goto("/orders/O-910002");
  await look(page, "order");
  await page.getByLabel("Panels").fill("24");
  await page.getByLabel("Price").fill("9950.00");
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByRole("heading", { name: "Review changes" })).toBeVisible();
  await look(page, "order-review");
  await page.getByRole("button", { name: "Go on editing" }).click();
  await expect(page.getByLabel("Panels")).toHaveValue("24");
  await save(page);
  await expect(page.getByLabel("Panels")).toHaveValue("24");

  // The panels were changed by both; the next step only here, the price only there.
  await late.getByLabel("Panels").fill("26");
  await late.getByLabel("Next step", { exact: true }).fill("Send the proposal");
  await late.getByRole("button", { name: "Review changes" }).click();
  await expect(late.getByText("Changed by someone else")).toBeVisible();
  await expect(late.getByText("1 field clashes, 2 do not")).toBeVisible();
  await look(late, "order-conflict");
  await late.getByRole("radio", { name: /mine/ }).check();
  await late.getByRole("button", { name: "Merge and review" }).click();
  await late.getByRole("button", { name: "Save changes" }).click();
  await expect(late.getByLabel("Panels")).toHaveValue("26");
  await expect(late.getByLabel("Price")).toHaveValue("9950.00");
  await expect(late.getByLabel("Next step", { exact: true })).toHaveValue("Send the proposal");

  const saved = late.getByRole("status").filter({ hasText: "Order saved." });
  await look(late, "order-saved");
  await saved.getByRole("link", { name: "Undo" }).click();
  await expect(late.getByText("Taking the newest change back needs a reason.")).toBeVisible();
  await late.getByLabel("Reason").fill("Typed for the wrong order");
  await expect(late.getByRole("heading", { name: "Undo last change" })).toBeVisible();
  await look(late, "order-undo");
  await late.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(late.getByRole("status").filter({ hasText: "Change taken back." })).toBeVisible();
  await expect(late.getByLabel("Panels")).toHaveValue("24");
  await expect(late.getByLabel("Next step", { exact: true })).toHaveValue("");
  await expect(late.getByText("“Typed for the wrong order”")).toBeVisible();
});

test("what a customer has signed for changes by a change order: drafted, sent, signed", async ({ as }) => {
  test.slow();
  const { page } = await as("support");
  await page.goto("/orders/O-910001");
  for (const label of ["Panels", "Watts per panel", "Inverter", "Battery", "Adders", "Price", "Currency"]) {
    await expect(page.getByLabel(label, { exact: true })).toBeDisabled();
  }
  await expect(page.getByText("They change by a change order only.")).toBeVisible();
  await look(page, "order-sold");
  await page.emulateMedia({ media: "print" });
  for (const shown of ["System", "Money", "Order O-910001"]) await expect(page.getByRole("heading", { name: shown })).toBeVisible();
  await expect(page.locator(".print-only", { hasText: "€21,940.00" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Review changes" })).toBeHidden();
  await page.screenshot({ path: "results/pictures/order-print.png", fullPage: true });
  await page.emulateMedia({ media: null });

  await page.getByRole("link", { name: "Start a change order" }).last().click();
  await page.getByLabel("Panels").fill("26");
  await page.getByLabel("Price").fill("23500");
  await page.getByLabel("Reason").fill(`Ask ${rosalind.email}`);
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("This looks like an e-mail address").last()).toBeVisible();
  await expect(page.getByLabel("Price")).toHaveValue("23500");
  await look(page, "change-order-form");
  await page.getByLabel("Reason").fill("Four more fit on the garage");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("Change order saved.")).toBeVisible();
  await expect(changes(page).getByText("+€1,560.00")).toBeVisible();
  await look(page, "change-order-draft");
  await changes(page).getByRole("link", { name: "Edit draft" }).click();
  await page.getByLabel("Panels").fill("28");
  await page.getByRole("button", { name: "Save draft" }).click();
  await changes(page).getByRole("button", { name: "Mark as sent" }).click();
  await expect(changes(page).getByText("Sent", { exact: true })).toBeVisible();

  await changes(page).getByRole("button", { name: "Void" }).click();
  const giving = page.getByRole("dialog", { name: "Void change order 1" });
  await expect(giving).toBeVisible();
  await look(page, "change-order-void");
  await giving.getByRole("button", { name: "Close" }).click();
  await changes(page).getByRole("button", { name: "Mark as signed" }).click();
  const signing = page.getByRole("dialog", { name: "Has the customer signed change order 1?" });
  await expect(signing).toContainText("28");
  await look(page, "change-order-sign");
  await signing.getByRole("button", { name: "Yes, signed" }).click();
  await expect(page.getByText("Change order signed.")).toBeVisible();
  await expect(page.getByLabel("Panels")).toHaveValue("28");
  await expect(page.getByLabel("Price")).toHaveValue("23500.00");
  await expect(page.getByText("recorded as signed change order 1: Panels from 22 to 28")).toBeVisible();
  await look(page, "change-order-signed");
});

test("two people see that they have the same order open", async ({ as, stranger, browser }) => {
  const { page } = await as("support");
  await page.clock.install();
  await page.goto("/orders/O-910005");
  await awake(page);
  const jan = stranger("support", "Jan Kowal");
  const seat = await jan.signIn(browser);
  await seat.page.goto("/orders/O-910005");
  await expect(seat.page.getByText("Sunniva Support has this order open")).toBeVisible();
  await page.clock.runFor(25_000);
  await expect(page.getByText("Jan Kowal has this order open")).toBeVisible();
  await look(page, "order-shared");
  await awake(seat.page);
  await seat.page.goto("/orders");
  await page.clock.runFor(25_000);
  await expect(page.getByText("Jan Kowal has this order open")).toBeHidden();
  await seat.leave();
});

test("bad input is said at the field, and nothing typed is lost", async ({ as }) => {
  const { page } = await as("support");
  await page.goto("/orders/O-910004");
  await page.getByLabel("Panels").fill("many");
  await page.getByLabel("Inverter").fill("Fronius Gen24");
  await page.getByLabel("Next step", { exact: true }).fill(`Write to ${rosalind.email}`);
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByLabel("Panels")).toHaveValue("many");
  await expect(page.getByLabel("Panels")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Inverter")).toHaveValue("Fronius Gen24");
  await look(page, "order-wrong");

  // What has the keyboard is not covered by the bar at the foot.
  await page.setViewportSize({ width: 1280, height: 560 });
  const bar = page.locator(".savebar");
  for (const label of ["Currency", "Panels", "Stage", "Next step on", "Next step"]) {
    const control = page.getByLabel(label, { exact: true }).last();
    await control.focus();
    const [box, top] = [await control.boundingBox(), (await bar.boundingBox())!.y];
    expect(box!.y + box!.height, label).toBeLessThanOrEqual(top);
  }
});

test("orders and change orders need no script", async ({ plain }) => {
  const { page } = await plain("support", "script");
  await page.goto("/orders/O-910003");
  const late = await page.context().newPage();
  await late.goto("/orders/O-910003");
  await page.getByLabel("Panels").fill("20");
  await save(page);
  await late.getByLabel("Next step", { exact: true }).fill("Call again");
  await late.getByRole("button", { name: "Review changes" }).click();
  await expect(late.getByText("No field needs a choice.")).toBeVisible();
  await late.getByRole("button", { name: "Merge and review" }).click();
  await late.getByRole("button", { name: "Save changes" }).click();
  await expect(late.getByLabel("Panels")).toHaveValue("20");
  await late.getByRole("status").getByRole("link", { name: "Undo" }).click();
  await late.getByLabel("Reason").fill("Said already");
  await late.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(late.getByLabel("Next step", { exact: true })).toHaveValue("Call about the roof");

  // Signed: from here on by a change order.
  await page.goto("/orders/O-910003");
  await page.getByLabel("Stage", { exact: true }).selectOption("contract_signed");
  await save(page);
  await expect(page.getByLabel("Panels")).toBeDisabled();
  await page.getByRole("link", { name: "Start a change order" }).last().click();
  await page.getByLabel("Panels").fill("22");
  await page.getByLabel("Reason").fill("Two more after all");
  await page.getByRole("button", { name: "Save draft" }).click();
  await changes(page).getByRole("button", { name: "Mark as sent" }).click();
  await changes(page).getByRole("button", { name: "Mark as signed" }).click();
  await page.getByRole("button", { name: "Yes, signed" }).click();
  await expect(page.getByLabel("Panels")).toHaveValue("22");
});
