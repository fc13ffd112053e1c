import { defineConfig } from "@playwright/test";
import type { Options } from "./support/test";

// Debian's Chromium; nothing is downloaded, and it calls nobody but the server under test.
const chromium = {
  executablePath: process.env.HELIODESK_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
  ],
};

export default defineConfig<Options>({
  testDir: "stories",
  outputDir: "results/failures",
  reporter: [["list"]],
  forbidOnly: true,
  retries: 0,
  // Every worker has a server of its own; a machine of two cores runs one at a time best.
  workers: 1,
  // A story looks at many pages, four times each.
  timeout: 300_000,
  expect: { timeout: 10_000 },
  use: {
    launchOptions: chromium,
    viewport: { width: 1280, height: 900 },
    timezoneId: "UTC",
    locale: "en-GB",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "sqlite", use: { database: "sqlite" } },
    // The support stories on the other database, too; the rest does not depend on it.
    { name: "mariadb", testMatch: /(support|orders)\.spec\.ts/, use: { database: "mariadb" } },
  ],
});
