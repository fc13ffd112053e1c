// Looking at a page: both themes, wide and narrow, a picture of each, and no accessibility fault in any.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PICTURES = fileURLToPath(new URL("../results/pictures/", import.meta.url));
const SIZES = [
  { width: 1280, height: 900 },
  { width: 360, height: 740 },
];

/** Pictures the page as it stands and lets axe check it, four times; the page is left as it was. */
export async function look(page: Page, name: string) {
  const before = page.viewportSize();
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const place = `${name}, ${colorScheme}, ${size.width} px`;
      // A window as high as the page: what sticks to the window's edges stands there in the picture too.
      const whole = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: size.width, height: Math.max(size.height, whole) });
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `${PICTURES}${name}-${colorScheme}-${size.width}.png`, fullPage: true });
      await page.setViewportSize(size);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${place}: nothing to scroll to sideways`).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const faults = violations.map((fault) => `${fault.id}: ${fault.help}\n${fault.nodes.map((node) => `  ${node.html}`).join("\n")}`);
      expect(faults, place).toEqual([]);
    }
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}
