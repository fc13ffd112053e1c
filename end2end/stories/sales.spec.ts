import { expect, look, test } from "../support/test";

test("the sales employee watches the pipeline and moves an order", async ({ as }) => {
  const { page } = await as("sales");
  await expect(page).toHaveURL(/\/pipeline$/);
  await expect(page.getByRole("heading", { level: 1, name: "Pipeline" })).toBeVisible();
  await expect(page.getByText("O-900003")).toBeVisible();
  await expect(page.locator("body")).not.toContainText("Oxenknecht");
  await look(page, "pipeline");

  await page.getByRole("link", { name: "Move O-900003" }).click();
  await page.getByLabel("Stage").last().selectOption("lost");
  await look(page, "pipeline-move");
  await page.getByRole("button", { name: "Move order" }).click();
  await expect(page.getByText(/reason/i).first()).toBeVisible();
  await page.getByLabel("Stage").last().selectOption("contract_out");
  await page.getByLabel("Next step", { exact: true }).fill("Send the contract");
  await page.getByRole("button", { name: "Move order" }).click();
  await expect(page.getByRole("row", { name: /O-900003/ })).toContainText("Send the contract");
});

test("a move needs no script", async ({ plain }) => {
  const { page } = await plain("sales", "script");
  await page.goto("/pipeline");
  await page.getByRole("link", { name: "Move O-900002" }).click();
  await page.getByLabel("Stage").last().selectOption("qualified");
  await page.getByRole("button", { name: "Move order" }).click();
  await expect(page.getByText("O-900002").first()).toBeVisible();
});

test("what sales may not open is refused, and the refusal names no customer", async ({ as }) => {
  const { page } = await as("sales");
  const answer = await page.goto("/customers/C-900001");
  expect(answer?.status()).toBe(403);
  await look(page, "forbidden");
});
