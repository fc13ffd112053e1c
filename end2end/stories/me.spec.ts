import { expect, look, test } from "../support/test";

test("everybody sees their passkeys and sessions, and ends a session that is then signed out", async ({ as }) => {
  const here = await as("admin");
  const there = await as("admin");
  await here.page.goto("/me");
  await look(here.page, "me");
  // Besides this session there are the one of the enrolment and the one over there.
  const others = here.page.getByRole("button", { name: /^End session/ });
  for (let left = await others.count(); left > 0; left--) {
    await expect(others).toHaveCount(left);
    await others.first().click();
  }
  await expect(others).toHaveCount(0);
  await there.page.goto("/me");
  await expect(there.page).toHaveURL(/\/sign-in$/);
});

test("a second passkey is added with a touch of the first", async ({ as }) => {
  const { page } = await as("admin");
  await page.goto("/me");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Added" })).toHaveCount(2);
});

test("each role gets its home and no link to what it may not open", async ({ as }) => {
  for (const [role, home] of [["support", "/customers"], ["sales", "/pipeline"], ["engineer", "/trail"], ["admin", "/trail"]] as const) {
    const { page } = await as(role);
    await page.goto("/");
    await expect(page).toHaveURL(new RegExp(`${home}$`));
    const links = await page.locator("a[href^='/']").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    // A list has one link per row; the first of each kind is enough.
    const kinds = new Map(links.map((link) => [link.replace(/[0-9A-Z]{2,}|\d+/g, "…"), link]));
    for (const link of kinds.values()) {
      const answer = await page.request.get(link);
      expect(answer.status(), `${role}: ${link}`).toBe(200);
    }
  }
});
