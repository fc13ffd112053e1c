import { expect, look, test } from "../support/test";

test("a probe learns that the server is alive and ready", async ({ desk, request }) => {
  for (const probe of ["healthz", "readyz"]) {
    const answer = await request.get(`${desk.origin}/${probe}`);
    expect(answer.status()).toBe(200);
  }
});

test("style and program come compressed, for a year, under names that change with their content", async ({ desk, page }) => {
  await page.goto(`${desk.origin}/sign-in`);
  const addresses = await page.evaluate(() =>
    [...document.querySelectorAll("link[href^='/assets/'], script[src^='/assets/']")].map(
      (tag) => tag.getAttribute("href") ?? tag.getAttribute("src") ?? "",
    ),
  );
  expect(addresses.map((address) => address.split(".").at(-1)).sort()).toEqual(["css", "js", "js", "svg", "wasm"]);
  for (const address of addresses) {
    expect(address).toMatch(/\.[0-9a-f]{16}\.\w+$/);
    const answer = await fetch(desk.origin + address, { headers: { "accept-encoding": "br" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  }
});

test("the sign-in page's whole transfer is at most 160 KB", async ({ desk, page }) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  let bytes = 0;
  cdp.on("Network.loadingFinished", (finished) => (bytes += finished.encodedDataLength));
  await page.goto(`${desk.origin}/sign-in`, { waitUntil: "networkidle" });
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(160_000);
});

test("nothing at an address is said calmly, in both themes and at every width", async ({ desk, page }) => {
  const answer = await page.goto(`${desk.origin}/no-such-page`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await look(page, "not-found");
});
