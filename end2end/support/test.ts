// What a story starts with: a running server with planted customers, and one enrolled person per role.
import { test as base } from "@playwright/test";
import { Heliodesk, type Role } from "./heliodesk";
import { Person, type Seat } from "./people";
import { PLANTED } from "./planted";

export { expect } from "@playwright/test";
export { awake, signOutElsewhere } from "./people";
export { inClear, listen } from "./leaks";
export { look } from "./look";
export { PLANTED } from "./planted";

export interface Options {
  database: "sqlite" | "mariadb";
}

type People = Record<Role, Person>;

interface Shared {
  desk: Heliodesk;
  people: People;
}

interface Story {
  /** Sits somebody of this role down at a browser, signed in; they leave when the story ends. */
  as: (role: Role) => Promise<Seat>;
  /** The same, at 360 px and without the islands' program, or without any script. */
  plain: (role: Role, without?: "wasm" | "script") => Promise<Seat>;
  /** Somebody who has just been invited. */
  stranger: (role: Exclude<Role, "admin">, name: string) => Person;
}

const NAMES: Record<Role, string> = {
  support: "Sunniva Support",
  sales: "Sam Sales",
  engineer: "Enzo Engineer",
  admin: "Ada Admin",
};

/** Invites one person per role and imports the planted customers, then serves. */
export async function start(database: Options["database"]): Promise<Shared> {
  const desk = await Heliodesk.prepare(database);
  const people = {} as People;
  for (const role of Object.keys(NAMES) as Role[]) {
    const email = `${role}@heliodesk.test`;
    people[role] = new Person(desk, role, NAMES[role], email, desk.invite(role, NAMES[role], email));
  }
  // After the invitations: an order's owner must be somebody who is known.
  desk.import(PLANTED);
  await desk.serve();
  return { desk, people };
}

export const test = base.extend<Story, Shared & Options & { started: Shared }>({
  database: ["sqlite", { option: true, scope: "worker" }],

  started: [
    async ({ database }, use) => {
      const started = await start(database);
      await use(started);
      await started.desk.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  desk: [async ({ started }, use) => use(started.desk), { scope: "worker" }],

  people: [async ({ started }, use) => use(started.people), { scope: "worker" }],

  stranger: async ({ desk }, use) =>
    use((role, name) => {
      const email = `${name.toLowerCase().replace(/\W+/g, ".")}@heliodesk.test`;
      return new Person(desk, role, name, email, desk.invite(role, name, email));
    }),

  as: async ({ people, browser }, use) => {
    const seats: Seat[] = [];
    await use(async (role) => {
      const seat = await people[role].signIn(browser);
      seats.push(seat);
      return seat;
    });
    for (const seat of seats) await seat.leave();
  },

  plain: async ({ people, browser }, use) => {
    const seats: Seat[] = [];
    await use(async (role, without = "wasm") => {
      const seat = await people[role].without(without, browser);
      seats.push(seat);
      return seat;
    });
    for (const seat of seats) await seat.leave();
  },
});
