import type { Page } from "@playwright/test";
import { awake, expect, look, signOutElsewhere, test } from "../support/test";

const LEFT = "**/api/sessions/left";

/** Names of everything the palette offers now. */
const offered = (page: Page) => page.locator("[data-entry]:visible").evaluateAll((all) => all.map((entry) => entry.querySelector("span")!.textContent));

test("a palette and keys lead everywhere one may go, and single keys can be turned off", async ({ as }) => {
  const { page } = await as("support");
  const palette = page.getByRole("dialog", { name: "Go to" });
  const filter = palette.getByRole("textbox", { name: "Filter" });
  await page.goto("/orders");
  await awake(page);
  await page.keyboard.press("Control+K");
  await expect(filter).toBeFocused();
  await expect(palette.getByRole("status")).toHaveText("10 entries");
  await look(page, "palette");
  await filter.fill("CÜSTOM");
  expect(await offered(page)).toEqual(["Search customers", "Customers"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(palette.getByRole("link", { name: "Customers" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(filter).toBeFocused();
  await filter.fill("nowhere");
  await expect(palette.getByRole("status")).toHaveText("Nothing fits. Try another word.");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await page.getByRole("button", { name: "Go to" }).click();
  await expect(filter).toHaveValue("");
  await filter.fill("search");
  await page.keyboard.press("Enter");
  const search = page.getByRole("searchbox", { name: "Search customers" });
  await expect(search).toBeFocused();

  // While somebody types, keys are letters.
  await page.keyboard.type("?gp/");
  await expect(search).toHaveValue("?gp/");
  await search.fill("");
  await search.blur();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/pipeline$/);
  await awake(page);
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await search.blur();

  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet.getByText("Search customers")).toBeVisible();
  await look(page, "shortcuts");
  // In a dialog a key is not a shortcut.
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(sheet).toBeVisible();
  await sheet.getByRole("button", { name: "Turn single keys off" }).click();
  await expect(page.getByText("Preferences saved.")).toBeVisible();
  await expect(sheet.getByRole("button", { name: "Turn single keys on" })).toBeFocused();
  await page.keyboard.press("Escape");
  for (const key of ["?", "g", "o", "/"]) await page.keyboard.press(key);
  await expect(sheet).toBeHidden();
  await expect(search).not.toBeFocused();
  await expect(page).toHaveURL(/\/pipeline$/);
  await page.reload();
  await awake(page);
  await page.keyboard.press("?");
  await expect(sheet).toBeHidden();
  await page.keyboard.press("Control+K");
  await palette.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await sheet.getByRole("button", { name: "Turn single keys on" }).click();
  await expect(sheet.getByRole("button", { name: "Turn single keys off" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(sheet).toBeVisible();
});

test("each role is offered its own pages", async ({ as }) => {
  const own = ["My passkeys and sessions", "Keyboard shortcuts", "Theme: as the system", "Theme: light", "Theme: dark", "Sign out"];
  for (const [role, pages] of [["sales", ["Pipeline"]], ["engineer", ["Trail"]], ["admin", ["Trail"]]] as const) {
    const { page } = await as(role);
    await page.goto("/me");
    await awake(page);
    await page.keyboard.press("Control+K");
    expect(await offered(page)).toEqual([...pages, ...own]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await expect(page, "customers are not for this role").toHaveURL(/\/me$/);
  }
});

test("the theme somebody chose is there with the first byte", async ({ as }) => {
  const { page } = await as("sales");
  const html = page.locator("html");
  await page.goto("/pipeline");
  await awake(page);
  await page.keyboard.press("Control+K");
  await page.getByRole("button", { name: "Theme: dark" }).click();
  await expect(html).toHaveAttribute("data-theme", "dark");
  await page.goto("/me");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await awake(page);
  const time = page.locator("time").first();
  await time.focus();
  await expect(time.locator(".tip")).toContainText("UTC");
  await look(page, "me-preferences");
  await page.getByRole("radio", { name: "As the system" }).check();
  await page.getByRole("button", { name: "Save preferences" }).click();
  await expect(page.getByRole("status").getByText("Preferences saved.")).toBeVisible();
  await expect(html).not.toHaveAttribute("data-theme");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("Preferences saved.")).toBeHidden();
});

test("a session that ends loses nothing that was typed", async ({ as }) => {
  const { page } = await as("support");
  const soon = page.getByRole("alertdialog", { name: "You will be signed out soon" });
  const lock = page.getByRole("dialog", { name: "Your session has ended" });
  const panels = page.getByLabel("Panels");
  await page.clock.install();
  await page.goto("/orders/O-900002");
  await awake(page);
  const staff = await page.locator("html").getAttribute("data-staff");
  await panels.fill("31");

  // As if nothing had been asked for 13 minutes: the server's clock is not the page's.
  await page.route(LEFT, (route) => route.fulfill({ json: { staff, idle: 119, end: 40_000 } }));
  await page.clock.fastForward("13:01");
  await expect(soon).toBeVisible();
  await expect(soon.getByRole("button", { name: "Stay signed in" })).toBeFocused();
  await page.clock.runFor(5_000);
  await expect(soon.getByRole("timer")).toHaveText(/^1 min 5\d s$/);
  await look(page, "session-soon");
  await page.unroute(LEFT);
  await soon.getByRole("button", { name: "Stay signed in" }).click();
  await expect(soon).toBeHidden();

  // Ended elsewhere: seen at the next look, and the page is covered with everything in it.
  await signOutElsewhere(page);
  await page.clock.fastForward("13:01");
  await expect(lock.getByRole("button", { name: "Sign in with a passkey" })).toBeFocused();
  await look(page, "session-locked");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(lock).toBeVisible();
  await lock.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(lock).toBeHidden();
  await expect(panels).toHaveValue("31");

  // A form that meets the end waits for the passkey, and goes out.
  await signOutElsewhere(page);
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(lock).toBeVisible();
  await lock.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Review changes" })).toBeVisible();
  await expect(page.getByText("31").first()).toBeVisible();

  // No answer: nothing is sent, and what failed says so until it is dismissed.
  await awake(page);
  await page.route(LEFT, (route) => route.abort());
  await page.getByRole("button", { name: "Go on editing" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "No answer from the server." })).toBeVisible();
  await look(page, "toast-alert");
  await page.unroute(LEFT);

  // Somebody else's session: this page is not theirs to see.
  await page.route(LEFT, (route) => route.fulfill({ json: { staff: "somebody-else", idle: 900, end: 40_000 } }));
  await page.clock.fastForward("00:20");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect(page).toHaveURL(/\/customers$/);
});

test("a page with unsaved changes is not left without a question", async ({ as }) => {
  const { page } = await as("support");
  const asked: string[] = [];
  let answer: "accept" | "dismiss" = "dismiss";
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog[answer]();
  });
  const orders = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Orders" });
  await page.goto("/orders/O-900003");
  await awake(page);
  await page.getByLabel("Panels").click();
  await orders.click();
  await expect(page).toHaveURL(/\/orders$/);
  await awake(page);
  // Filters are no changes.
  await page.locator("main form select").first().selectOption({ index: 1 });
  await page.goBack();
  await expect(page).toHaveURL(/O-900003$/);
  expect(asked).toEqual([]);

  await awake(page);
  await page.getByLabel("Panels").fill("19");
  await orders.click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page).toHaveURL(/O-900003$/);
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByRole("heading", { name: "Review changes" })).toBeVisible();
  expect(asked, "a form that is sent is not lost").toHaveLength(1);
  await awake(page);
  // Reviewed but not saved: typed all the same. Chromium asks where somebody has done something on the page.
  await page.getByLabel("Reason").click();
  await orders.click();
  await expect.poll(() => asked).toHaveLength(2);
  answer = "accept";
  await orders.click();
  await expect(page).toHaveURL(/\/orders$/);
});

test("palette, preferences and forms need no script", async ({ plain }) => {
  for (const without of ["script", "wasm"] as const) {
    const { page } = await plain("engineer", without);
    await page.goto("/trail");
    await page.getByRole("button", { name: "Go to" }).click();
    const palette = page.getByRole("dialog", { name: "Go to" });
    await expect(palette.getByRole("link", { name: "Trail" })).toBeVisible();
    await expect(palette.getByRole("textbox")).toBeHidden();
    if (without === "wasm") await look(page, "palette-plain");
    await palette.getByRole("button", { name: "Theme: dark" }).click();
    await expect(page).toHaveURL(/\/me$/);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(page.getByText("Preferences saved.")).toBeVisible();
    await page.getByRole("radio", { name: "As the system" }).check();
    await page.getByRole("radio", { name: "Off", exact: true }).check();
    await page.getByRole("button", { name: "Save preferences" }).click();
    await expect(page.locator("html")).not.toHaveAttribute("data-theme");
    await expect(page.locator("html")).toHaveAttribute("data-shortcuts", "off");
    await page.getByRole("radio", { name: "On", exact: true }).check();
    await page.getByRole("button", { name: "Save preferences" }).click();
    await expect(page.locator("html")).not.toHaveAttribute("data-shortcuts");
  }
});
