// Members of staff with a browser and a passkey: invited, enrolled and signed in through the pages.
import { expect, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";
import type { Heliodesk, Role } from "./heliodesk";

/** What an authenticator holds, in the words of the Chrome DevTools Protocol. */
interface Passkey {
  credentialId: string;
  isResidentCredential: boolean;
  privateKey: string;
  signCount: number;
  rpId?: string;
  userHandle?: string;
}

/** An authenticator plugged into one page; it verifies its user by itself. */
export class Authenticator {
  private constructor(
    private readonly held: () => Promise<Passkey[]>,
    private readonly verified: (is: boolean) => Promise<void>,
  ) {}

  static async in(page: Page, passkeys: Passkey[] = []) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    for (const credential of passkeys) await cdp.send("WebAuthn.addCredential", { authenticatorId, credential });
    return new Authenticator(
      async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
      async (is) => void (await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: is })),
    );
  }

  /** The passkeys it holds now, with their counters. */
  passkeys() {
    return this.held();
  }

  /** Makes the next touches succeed, or fail as with a wrong finger. */
  recognise(is: boolean) {
    return this.verified(is);
  }
}

/** Somebody at a browser. */
export interface Seat {
  page: Page;
  authenticator: Authenticator;
  /** Leaves the browser, keeping the passkey's counter for the next time. */
  leave(): Promise<void>;
}

export class Person {
  private readonly passkeys: Passkey[] = [];

  constructor(
    readonly desk: Heliodesk,
    readonly role: Role,
    readonly name: string,
    readonly email: string,
    readonly link: string,
  ) {}

  /** Opens the link of the invitation, creates a passkey and goes on with one. */
  async enrol(browser: Browser) {
    const seat = await this.sit(browser);
    await seat.page.goto(this.link);
    await awake(seat.page);
    await expect(seat.page.getByText(this.name)).toBeVisible();
    await seat.page.getByRole("button", { name: "Create passkey" }).click();
    await seat.page.getByRole("button", { name: "Skip for now" }).click();
    await signedIn(seat.page);
    await seat.leave();
  }

  /** Signs in and is at the role's home; the first time, by way of the invitation. */
  async signIn(browser: Browser, options: BrowserContextOptions = {}) {
    if (this.passkeys.length === 0) await this.enrol(browser);
    const seat = await this.sit(browser, options);
    await seat.page.goto(`${this.desk.origin}/sign-in`);
    await awake(seat.page);
    await seat.page.getByLabel("Work e-mail").fill(this.email);
    await seat.page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await signedIn(seat.page);
    await this.keep(seat.authenticator);
    return seat;
  }

  /** The same session at 360 px, in a browser that never gets the islands' program, or that runs no script at all. */
  async without(part: "wasm" | "script", browser: Browser): Promise<Seat> {
    const signedIn = await this.signIn(browser);
    const storageState = await signedIn.page.context().storageState();
    const context = await browser.newContext({
      baseURL: this.desk.origin,
      javaScriptEnabled: part === "wasm",
      storageState,
      viewport: { width: 360, height: 740 },
    });
    await context.route("**/*.wasm", (route) => route.abort());
    const leave = async () => {
      await context.close();
      await signedIn.leave();
    };
    return { page: await context.newPage(), authenticator: signedIn.authenticator, leave };
  }

  /** Remembers what an authenticator holds, each passkey with the highest counter seen: a lower one would be refused. */
  private async keep(authenticator: Authenticator) {
    for (const now of await authenticator.passkeys()) {
      const before = this.passkeys.find((known) => known.credentialId === now.credentialId);
      if (!before) this.passkeys.push(now);
      else before.signCount = Math.max(before.signCount, now.signCount);
    }
  }

  /** A browser with this person's passkeys, signed in nowhere. */
  async sit(browser: Browser, options: BrowserContextOptions = {}): Promise<Seat> {
    const context = await browser.newContext({ baseURL: this.desk.origin, ...options });
    const page = await context.newPage();
    const authenticator = await Authenticator.in(page, this.passkeys);
    const leave = async () => {
      await this.keep(authenticator);
      await context.close();
    };
    return { page, authenticator, leave };
  }
}

/** Waits until the frame of the signed-in pages is there. */
async function signedIn(page: Page) {
  await expect(page.getByRole("navigation", { name: "Main" })).toBeAttached();
  await awake(page);
}

/** Ends the session of a page behind its back: no other window opens, so the page is not woken and does not look. */
export async function signOutElsewhere(page: Page) {
  const { origin } = new URL(page.url());
  const answer = await page.request.post(`${origin}/me?do=sign-out`, { headers: { origin }, form: {}, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Waits until the islands of the page have started, where it has any. */
export async function awake(page: Page) {
  if ((await page.locator("leptos-island").count()) > 0) await expect(page.locator("html")).toHaveAttribute("data-ready", "");
}
