import { expect, inClear, look, test } from "../support/test";

test("a support agent writes, pins and redacts a note, and locks an account", async ({ as, desk }) => {
  const { page } = await as("support");
  await page.goto("/customers/C-900002");
  const notes = page.getByRole("region", { name: "Notes" });
  await expect(notes.getByText("No notes yet")).toBeVisible();

  // A company text, to be used at once.
  await notes.getByRole("button", { name: "Company texts" }).click();
  const texts = page.getByRole("dialog", { name: "Company texts" });
  await texts.getByLabel("Name").fill("no-answer");
  await texts.getByLabel("Text").fill("Rang twice, no answer.");
  await look(page, "company-texts");
  await texts.getByRole("button", { name: "Add text" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Company text added." })).toBeVisible();

  await notes.getByRole("textbox", { name: "New note" }).fill("Calls **after 17:00** only\n\n- side gate is locked\n- code Siebenschläfer");
  await notes.getByRole("button", { name: "::no-answer" }).click();
  await expect(notes.getByRole("textbox", { name: "New note" })).toHaveValue(/Siebenschläfer\n\nRang twice, no answer\.$/);
  await notes.getByLabel("Pin above the others").check();
  await notes.getByRole("button", { name: "Save note" }).click();
  const first = page.getByRole("article", { name: "Note 1" });
  await expect(first.locator("strong", { hasText: "after 17:00" })).toBeVisible();
  await expect(first.getByText("Pinned")).toBeVisible();

  await notes.getByRole("textbox", { name: "New note" }).fill("Mr. Oxenknecht wants a <b>second</b> offer");
  await notes.getByRole("button", { name: "Save note" }).click();
  await expect(notes.getByText("This holds personal data of the customer")).toBeVisible();
  await look(page, "note-refused");
  await notes.getByRole("textbox", { name: "New note" }).fill("Wants a <b>second</b> offer. ::no-answer");
  await notes.getByRole("button", { name: "Save note" }).click();
  const second = page.getByRole("article", { name: "Note 2" });
  await expect(second).toContainText("Wants a <b>second</b> offer. Rang twice, no answer.");
  await second.getByRole("button", { name: "Pin note 2" }).click();
  await expect(page.getByRole("article").first()).toContainText("second");
  await second.getByRole("button", { name: "Unpin note 2" }).click();
  await expect(second.getByRole("button", { name: "Pin note 2", exact: true })).toBeVisible();
  await look(page, "customer-notes");

  await first.getByRole("button", { name: "Redact note 1" }).click();
  const redact = page.getByRole("dialog", { name: "Redact note 1" });
  await expect(redact.getByRole("textbox")).toHaveCount(0);
  await redact.getByRole("radio", { name: "A part" }).check();
  await redact.getByRole("textbox", { name: "Take out" }).fill("code siebenschläfer");
  await redact.getByRole("textbox", { name: "Reason" }).fill("Held the code of the gate");
  await look(page, "redact-note");
  await redact.getByRole("button", { name: "Redact the part" }).click();
  await expect(first.getByText("[redacted]")).toBeVisible();
  await expect(page.getByText("Siebenschläfer")).toHaveCount(0);

  await page.getByRole("button", { name: "Account actions" }).click();
  await look(page, "account-actions");
  await page.getByRole("button", { name: "Lock account", exact: true }).click();
  const lock = page.getByRole("dialog", { name: "Lock account" });
  await lock.getByLabel("Reason").fill("Two orders nobody asked for");
  await look(page, "lock-account");
  await lock.getByRole("button", { name: "Lock account", exact: true }).click();
  await expect(page.getByText("Account locked", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Account actions" }).click();
  await page.getByRole("button", { name: "Unlock account", exact: true }).click();
  const unlock = page.getByRole("dialog", { name: "Unlock account" });
  await expect(unlock.getByLabel("Reason")).toBeFocused();
  await unlock.getByLabel("Reason").fill("Both were theirs");
  await unlock.getByRole("button", { name: "Unlock account", exact: true }).click();
  await expect(page.getByText("Account active", { exact: true })).toBeVisible();

  await page.goto("/customers/C-900002?tab=timeline");
  for (const sentence of ["unlocked the account", "locked the account", "redacted a note", "pinned a note", "wrote a note"]) {
    await expect(page.getByText(sentence).first()).toBeVisible();
  }
  await expect(page.getByText("Two orders nobody asked for")).toBeVisible();
  expect(inClear(desk, ["Siebenschläfer", "second</b> offer", "after 17:00"])).toEqual([]);
});

test("notes and account actions need no script", async ({ plain }) => {
  const { page } = await plain("support", "script");
  await page.goto("/customers/C-900003?tab=notes");
  await page.getByRole("textbox", { name: "New note" }).fill("Roof hatch is reached *through the garage*");
  await page.getByRole("button", { name: "Save note" }).click();
  const note = page.getByRole("article", { name: "Note 1" });
  await expect(note.locator("em")).toHaveText("through the garage");
  await note.getByRole("button", { name: "Pin note 1" }).click();
  await expect(note.getByText("Pinned")).toBeVisible();
  await note.getByRole("button", { name: "Redact note 1" }).click();
  const redact = page.getByRole("dialog", { name: "Redact note 1" });
  await redact.getByRole("radio", { name: "The whole note" }).check();
  await redact.getByRole("textbox", { name: "Reason" }).fill("Of another house");
  await redact.getByRole("button", { name: "Redact the whole note" }).click();
  await expect(note.getByText("Redacted. The timeline says by whom, and why.")).toBeVisible();
  await expect(page.getByText("through the garage")).toHaveCount(0);

  await page.getByRole("button", { name: "Account actions" }).click();
  await page.getByRole("button", { name: "Unlock account" }).click();
  const unlock = page.getByRole("dialog", { name: "Unlock account" });
  await unlock.getByLabel("Reason").fill("It was settled");
  await unlock.getByRole("button", { name: "Unlock account" }).click();
  await expect(page.getByText("Account active", { exact: true })).toBeVisible();
});
