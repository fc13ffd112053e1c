// What a story starts with: a running server with planted customers, and one enrolled person per role.
import { test as base, type Browser } from "@playwright/test";
import { Heliodesk, type Role } from "./heliodesk";
import { Person, type Seat } from "./people";
import { PLANTED } from "./planted";

export { expect } from "@playwright/test";
export { awake } from "./people";
export { look } from "./look";

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
  /** The same, at 360 px and without script. */
  plain: (role: Role) => Promise<Seat>;
}

const NAMES: Record<Role, string> = {
  support: "Sunniva Support",
  sales: "Sam Sales",
  engineer: "Enzo Engineer",
  admin: "Ada Admin",
};

async function everybody(desk: Heliodesk, browser: Browser) {
  const people = {} as People;
  const links = {} as Record<Role, string>;
  for (const role of Object.keys(NAMES) as Role[]) {
    people[role] = new Person(desk, role, NAMES[role], `${role}@heliodesk.test`);
    links[role] = desk.invite(role, NAMES[role], people[role].email);
  }
  // An order's owner must be somebody who is already invited.
  desk.import(PLANTED);
  await desk.serve();
  for (const person of Object.values(people)) await person.enrol(browser, links[person.role]);
  return people;
}

export const test = base.extend<Story, Shared & Options>({
  database: ["sqlite", { option: true, scope: "worker" }],

  desk: [
    async ({ database }, use) => {
      const desk = await Heliodesk.prepare(database);
      await use(desk);
      await desk.stop();
    },
    { scope: "worker" },
  ],

  people: [
    async ({ desk, browser }, use) => use(await everybody(desk, browser)),
    { scope: "worker", timeout: 120_000 },
  ],

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
    await use(async (role) => {
      const seat = await people[role].withoutScript(browser);
      seats.push(seat);
      return seat;
    });
    for (const seat of seats) await seat.leave();
  },
});
