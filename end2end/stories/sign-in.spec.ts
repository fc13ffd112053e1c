import { awake, expect, look, test } from "../support/test";

test("an invitation works once, and a ceremony that failed does not burn it", async ({ desk, browser, stranger }) => {
  const person = stranger("engineer", "Frida Fresh");
  const seat = await person.sit(browser);
  await seat.page.goto(person.link);
  await awake(seat.page);
  await expect(seat.page.getByText("Frida Fresh")).toBeVisible();
  await look(seat.page, "enroll");

  await seat.authenticator.recognise(false);
  await seat.page.getByRole("button", { name: "Create passkey" }).click();
  await expect(seat.page.getByRole("alert")).toBeVisible();
  await seat.authenticator.recognise(true);
  await seat.page.getByRole("button", { name: "Create passkey" }).click();
  await expect(seat.page.getByRole("button", { name: "Add another passkey" })).toBeVisible();
  await look(seat.page, "enroll-second");
  await seat.page.getByRole("button", { name: "Skip for now" }).click();
  await expect(seat.page).toHaveURL(/\/trail$/);
  await seat.leave();

  const late = await browser.newPage();
  const answer = await late.goto(person.link);
  expect(answer?.status()).toBe(404);
  await expect(late.getByText("Frida Fresh")).toHaveCount(0);
  await late.close();
  expect(desk.log()).not.toContain(person.link.split("/").at(-1));
});

test("whoever has a passkey signs in, is remembered on the device, and can say it is not them", async ({ people, browser }) => {
  const seat = await people.support.signIn(browser);
  const { page } = seat;
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name.startsWith("__Host-") && cookie.name !== "__Host-email");
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });

  await page.getByRole("button", { name: people.support.name }).click();
  await look(page, "menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toBeVisible();
  await awake(page);
  await expect(page.getByLabel("Work e-mail")).toHaveValue(people.support.email);
  await look(page, "sign-in");
  await page.getByRole("button", { name: "Not you?" }).click();
  await expect(page.getByLabel("Work e-mail")).toHaveValue("");
  await page.goto("/customers");
  await expect(page).toHaveURL(/\/sign-in$/);
  await seat.leave();
});

test("what is no address is said at the field", async ({ desk, page }) => {
  await page.goto(`${desk.origin}/sign-in`);
  await awake(page);
  await page.getByLabel("Work e-mail").fill("nobody");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("This is not an e-mail address")).toBeVisible();
  await expect(page.getByLabel("Work e-mail")).toHaveAttribute("aria-invalid", "true");
  await look(page, "sign-in-wrong");
});

test("an unknown address and a wrong finger get the same answer", async ({ people, browser }) => {
  const seat = await people.support.sit(browser);
  const { page } = seat;
  const told: string[] = [];
  for (const email of ["nobody@heliodesk.test", people.support.email]) {
    await page.goto("/sign-in");
    await awake(page);
    await seat.authenticator.recognise(false);
    await page.getByLabel("Work e-mail").fill(email);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    told.push(await page.getByRole("alert").innerText());
  }
  expect(told[0]).toBe(told[1]);
  await seat.leave();
});
