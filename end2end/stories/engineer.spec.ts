import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, look, start, test } from "../support/test";

test("an engineer finds who did what, and proves it away from the app", async ({ as, desk }) => {
  const { page } = await as("engineer");
  await expect(page).toHaveURL(/\/trail$/);
  await look(page, "trail");

  await page.goto("/trail?action=sign_in.succeeded");
  await page.goto("/trail?action=staff.invited&outcome=ok");
  await page.getByRole("link", { name: /^Entry \d/ }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /^Entry/ })).toBeVisible();
  await look(page, "trail-entry");

  const proof = page.getByRole("link", { name: "Download proof" });
  const [download] = await Promise.all([page.waitForEvent("download"), proof.click()]);
  const file = join(desk.folder, "entry.tlog-proof");
  await download.saveAs(file);
  const key = join(desk.folder, "checkpoints", "key.pub");
  expect(desk.run("trail", "verify", "--proof", file, "--key", key)).not.toBe("");
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
