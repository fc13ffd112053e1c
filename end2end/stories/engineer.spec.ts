import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awake, expect, look, start, test } from "../support/test";

// Support asks for values without a touch: two denied reveals. Equal ones of a minute would be one.
async function deniedReveals(page: Page) {
  const refused = await page.evaluate(async () => {
    const ask = async (customer: string, order: string) => {
      const fields = { customer, field: "phone", category: "caller_asked", order, details: "" };
      const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [`ask[${name}]`, value]));
      return (await fetch("/api/customers/reveal", { method: "POST", body })).status;
    };
    return [await ask("C-900001", "O-900001"), await ask("C-900002", "O-900003")];
  });
  expect(refused).toEqual([403, 403]);
}

const rows = (page: Page) => page.getByRole("link", { name: /^Entry \d/ });
const control = (page: Page, name: string) => page.getByRole("form", { name: "Filters" }).locator(`[name="${name}"]`);
const TEXT = "actor:sunniva action:reveal since:7d outcome:denied";

test("an engineer's day: denied reveals found, saved, shared, proven and exported", async ({ as, desk }) => {
  // Eight states, each looked at four times.
  test.slow();
  const support = await as("support");
  await deniedReveals(support.page);
  const { page } = await as("engineer");
  await expect(page).toHaveURL(/\/trail$/);
  await look(page, "trail");

  // As text.
  const box = page.getByRole("searchbox", { name: "Filter the trail" });
  await page.keyboard.press("/");
  await expect(box).toBeFocused();
  await box.fill("actor:sunniva reveal acter:x");
  await box.press("Enter");
  await expect(page.getByText("Word 2: Write what it is a filter of")).toContainText("Word 3: There is no such filter");
  await expect(page.getByRole("link", { name: "Everything" })).toBeVisible();
  await expect(page.getByText(/intact/)).toBeVisible();
  await expect(box).toHaveValue("actor:sunniva reveal acter:x");
  await look(page, "trail-refused");
  await box.fill(TEXT);
  await box.press("Enter");
  await expect(rows(page)).toHaveCount(2);
  await expect(control(page, "outcome")).toHaveValue("denied");

  // As controls: each applies at once.
  await page.getByRole("link", { name: "Everything" }).click();
  for (const [name, choice, found] of [
    ["outcome", "denied", /outcome=denied/],
    ["action", "reveal", /action=reveal/],
    ["since", "7d", /since=7d/],
  ] as const) {
    await awake(page);
    await control(page, name).selectOption(choice);
    await expect(page).toHaveURL(found);
  }
  await awake(page);
  await control(page, "actor").fill("sunniva");
  await control(page, "actor").press("Enter");
  await expect(page).toHaveURL(/actor=sunniva/);
  await expect(rows(page)).toHaveCount(2);
  await expect(box).toHaveValue("actor:sunniva action:reveal outcome:denied since:7d");

  // A range of the chart, drawn with the pointer.
  await awake(page);
  const chart = (await page.locator("svg[data-chart]").boundingBox())!;
  await page.mouse.move(chart.x + chart.width * 0.7, chart.y + 20);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width - 1, chart.y + 30, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.*to=/);
  await expect(rows(page)).toHaveCount(2);
  await look(page, "trail-range");
  await page.getByRole("link", { name: /Remove filter to/ }).click();
  await page.getByRole("link", { name: /Remove filter from/ }).click();
  await expect(page).not.toHaveURL(/from=/);

  // Saved for everyone.
  await page.getByRole("button", { name: "Save view" }).first().click();
  const save = page.getByRole("dialog", { name: "Save view" });
  await save.getByLabel("Name").fill("Denied reveals");
  await save.getByLabel("Who sees it").selectOption("everyone");
  await look(page, "save-view");
  await save.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByText("View saved.")).toBeVisible();
  const admin = await as("admin");
  await admin.page.getByRole("link", { name: "Denied reveals" }).click();
  await expect(rows(admin.page)).toHaveCount(2);
  await expect(admin.page.getByRole("button", { name: "Remove view" })).toBeVisible();

  // One entry beside the list, by keyboard to the next, away with Escape.
  await awake(page);
  await rows(page).first().click();
  const drawer = page.getByRole("complementary", { name: /^Entry/ });
  await expect(drawer.getByText("was not allowed to").first()).toBeVisible();
  await expect(drawer.getByText("Included in the tree of")).toBeVisible();
  await look(page, "trail-entry");
  const proof = drawer.getByRole("link", { name: "Download proof" });
  const [proven] = await Promise.all([page.waitForEvent("download"), proof.click()]);
  const file = join(desk.folder, "entry.tlog-proof");
  await proven.saveAs(file);
  expect(desk.run("trail", "verify", "--proof", file, "--key", join(desk.folder, "checkpoints", "key.pub"))).not.toBe("");
  await awake(page);
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);

  // Exported, and counted.
  await awake(page);
  await page.getByRole("button", { name: "Export" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByLabel("Format").selectOption("jsonl");
  await dialog.getByLabel("Reason").fill("Weekly look at refusals");
  await look(page, "export");
  const begins = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export" }).click();
  const exported = await begins;
  await expect(page.getByRole("status").getByText("Download begun: 2 entries.")).toBeVisible();
  await expect(dialog).toBeHidden();
  const kept = join(desk.folder, "export.jsonl");
  await exported.saveAs(kept);
  const lines = readFileSync(kept, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2).map((line) => line.outcome)).toEqual(["denied", "denied"]);
  expect(lines[2].checkpoint).toContain("localhost:");
});

test("an engineer's day without a script, on a phone", async ({ as, plain }) => {
  const support = await as("support");
  await deniedReveals(support.page);
  const { page } = await plain("engineer", "script");
  await page.goto("/trail");
  const box = page.getByRole("searchbox", { name: "Filter the trail" });
  await box.fill(TEXT);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/\/trail\?actor=sunniva&action=reveal&outcome=denied&since=7d$/);
  await expect(rows(page).first()).toBeVisible();
  await page.goto("/trail");
  await page.getByText("Filters", { exact: true }).click();
  await control(page, "outcome").selectOption("denied");
  await control(page, "action").selectOption("reveal");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/\/trail\?action=reveal&outcome=denied$/);

  // A bar of the chart is a link to its time; so is its row in the table.
  await page.getByText("As a table").click();
  await page.getByRole("table", { name: "Entries over time, by outcome" }).getByRole("link").last().click();
  await expect(page).toHaveURL(/from=.*to=/);

  await page.getByRole("button", { name: "Save view" }).first().click();
  const save = page.getByRole("dialog", { name: "Save view" });
  await save.getByLabel("Name").fill("Refused lately");
  await save.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByText("View saved.")).toBeVisible();
  await page.getByRole("button", { name: "Remove view" }).click();
  const remove = page.getByRole("dialog", { name: "Remove view" });
  await expect(remove.getByText("is removed.")).toBeVisible();
  await remove.getByRole("button", { name: "Remove view" }).click();
  await expect(page.getByText("View removed.")).toBeVisible();

  await rows(page).first().click();
  await expect(page.getByRole("complementary", { name: /^Entry/ }).getByText("was not allowed to").first()).toBeVisible();
  await page.getByRole("link", { name: "Close entry" }).click();
  await page.getByRole("button", { name: "Export" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await expect(dialog.getByText("An export needs a touch of your passkey")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Export" })).toBeDisabled();
});

test("a row altered behind the server's back is said on its page", async ({ browser, database }) => {
  const { desk, people } = await start(database);
  const { page } = await people.engineer.signIn(browser);
  await page.goto("/trail/1");
  await expect(page.getByText("was changed after it was recorded")).toHaveCount(0);
  const path = join(desk.folder, "heliodesk.db");
  const script = join(desk.folder, "alter.sql");
  const triggers = execFileSync("sqlite3", [path, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail'"]);
  const drops = triggers.toString().trim().split("\n").map((name) => `DROP TRIGGER ${name};`);
  writeFileSync(script, `${drops.join("\n")}\nUPDATE trail SET role = 'admin', actor = 'somebody else' WHERE seq = 1;\n`);
  execFileSync("sqlite3", [path, `.read ${script}`]);
  await page.goto("/trail/1");
  await expect(page.getByText("This entry was changed after it was recorded")).toBeVisible();
  await look(page, "trail-altered");
  await desk.stop();
});
