// Lighthouse on the pages people sit in front of, signed in for real, on desktop settings: three runs each.
import { chromium, expect, test, type Cookie } from "@playwright/test";
import lighthouse, { desktopConfig, generateReport, type Result } from "lighthouse";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePort, Heliodesk, type Role } from "../support/heliodesk";
import { Person } from "../support/people";

const CATEGORIES = ["accessibility", "best-practices", "performance"] as const;
const RUNS = 3;
const REPORTS = fileURLToPath(new URL("../results/lighthouse/", import.meta.url));

/** Who of the invented company looks at what. */
const PEOPLE: Partial<Record<Role, [name: string, email: string]>> = {
  support: ["Mia Torres", "mia.torres@sunhaus.example"],
  sales: ["Leo Brandt", "leo.brandt@sunhaus.example"],
  engineer: ["Priya Nair", "priya.nair@sunhaus.example"],
};
const PAGES: { page: string; path: string; role?: Role }[] = [
  { page: "sign-in", path: "/sign-in" },
  { page: "customer", path: "/customers/C-100001", role: "support" },
  { page: "pipeline", path: "/pipeline", role: "sales" },
  { page: "trail", path: "/trail", role: "engineer" },
];

/** What one page was found to be: the medians, and every fault that any run named. */
interface Found {
  page: string;
  scores: Record<string, number>;
  metrics: Record<string, string>;
  faults: string[];
}

let desk: Heliodesk;
const all: Found[] = [];

test.beforeAll(async () => {
  desk = await Heliodesk.prepare("sqlite", "warn");
  desk.run("demo", "--customers", process.env.HELIODESK_BENCH_CUSTOMERS ?? "2000");
  await desk.serve();
});

test.afterAll(async () => {
  await desk?.stop();
  const file = process.env.HELIODESK_BENCH_REPORT;
  if (file) writeFileSync(file, JSON.stringify(all, null, 2));
});

for (const { page, path, role } of PAGES) {
  test(page, async ({ browser }) => {
    let cookies: Cookie[] = [];
    if (role) {
      const [name, email] = PEOPLE[role]!;
      const seat = await new Person(desk, role, name, email, desk.invite(role, name, email)).signIn(browser);
      cookies = await seat.page.context().cookies();
      await seat.leave();
    }
    const runs: Result[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await measure(`${desk.origin}${path}`, cookies));
    all.push(summed(page, runs));
  });
}

/** One run in a browser of its own, which has loaded nothing yet and holds these cookies. */
async function measure(url: string, cookies: Cookie[]): Promise<Result> {
  const port = await freePort();
  const { executablePath, args = [] } = test.info().project.use.launchOptions!;
  const context = await chromium.launchPersistentContext("", {
    executablePath,
    args: [...args, `--remote-debugging-port=${port}`],
    viewport: null,
  });
  try {
    await context.addCookies(cookies);
    const flags = { port, onlyCategories: [...CATEGORIES], disableStorageReset: true, logLevel: "error" } as const;
    const lhr = (await lighthouse(url, flags, desktopConfig))!.lhr;
    expect(lhr.runtimeError, lhr.runtimeError?.message).toBeUndefined();
    // A session that had ended would have been measured as the sign-in page.
    expect(new URL(lhr.finalDisplayedUrl).pathname).toBe(new URL(url).pathname);
    return lhr;
  } finally {
    await context.close();
  }
}

function summed(page: string, runs: Result[]): Found {
  const score = (run: Result, category: string) => Math.round((run.categories[category].score ?? 0) * 100);
  const median = (category: string) => runs.map((run) => score(run, category)).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  const performance = median("performance");
  const typical = runs.find((run) => score(run, "performance") === performance)!;
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}${page}.html`, generateReport(typical, "html") as string);
  const metrics = typical.categories.performance.auditRefs.filter((audit) => audit.group === "metrics");
  return {
    page,
    scores: Object.fromEntries(CATEGORIES.map((category) => [category, median(category)])),
    metrics: Object.fromEntries(metrics.map(({ id, acronym }) => [acronym ?? id, typical.audits[id].displayValue ?? ""])),
    faults: [...new Set(runs.flatMap(faults))],
  };
}

/** What cost a page points beside its speed, with the first places. */
function faults(run: Result): string[] {
  const refs = (["accessibility", "best-practices"] as const).flatMap((category) => run.categories[category].auditRefs);
  const failed = refs.filter(({ id, weight }) => weight > 0 && (run.audits[id].score ?? 1) < 1);
  return failed.map(({ id }) => {
    const { title, details, errorMessage } = run.audits[id];
    const items = details && "items" in details ? (details.items as { node?: { snippet?: string }; description?: string }[]) : [];
    const places = items.slice(0, 3).map((item) => item.node?.snippet ?? item.description ?? JSON.stringify(item));
    return [`${id}: ${errorMessage ?? title}`, ...places].join("\n      ");
  });
}
