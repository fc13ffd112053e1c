// Looking for clear values where none may be: in what the browser received, and in all that the server wrote.
import type { Page, Response } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Heliodesk } from "./heliodesk";

/** Keeps every answer the page gets, but for those that may hold a clear value. */
export function listen(page: Page, except: (answer: Response) => boolean) {
  const answers: Promise<{ address: string; body: Buffer }>[] = [];
  page.on("response", (answer) => {
    if (except(answer)) return;
    // Redirects have no body.
    const body = answer.body().catch(() => Buffer.alloc(0));
    answers.push(body.then((body) => ({ address: answer.url(), body })));
  });
  return {
    /** One line for each answer whose address or body holds one of the values. */
    async holding(values: string[]) {
      const heard = await Promise.all(answers);
      return heard.flatMap(({ address, body }) => {
        const text = `${decodeURIComponent(address)}\n${body.toString("utf8")}`;
        return values.filter((value) => text.includes(value)).map((value) => `${address} holds ${value}`);
      });
    },
  };
}

/** One line for each file of the server (database, its log, checkpoints, what it printed) that holds one of the values. */
export function inClear(desk: Heliodesk, values: string[]) {
  const files = readdirSync(desk.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .filter((file) => file.name !== "import.jsonl")
    .flatMap((file) => {
      const content = readFileSync(join(file.parentPath ?? file.path, file.name));
      return values.filter((value) => content.includes(value)).map((value) => `${file.name} holds ${value}`);
    });
}
