import { defineConfig } from "@playwright/test";
import ordinary from "../playwright.config";

// Measured in the same browser as the stories are told in, one page at a time and nothing recorded beside it.
export default defineConfig({
  ...ordinary,
  testDir: ".",
  testMatch: /\.bench\.ts$/,
  outputDir: "../results/bench",
  timeout: 300_000,
  use: { ...ordinary.use, screenshot: "off" },
  projects: [{ name: "bench" }],
});
