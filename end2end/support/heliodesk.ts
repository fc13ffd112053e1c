// One running `heliodesk` with a database, keys and a port of its own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "./mariadb";

export type Role = "support" | "sales" | "engineer" | "admin";

/** A port nobody listens on. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

export class Heliodesk {
  private process?: ChildProcess;

  private constructor(
    readonly origin: string,
    readonly folder: string,
    readonly mariadb: Database | undefined,
    private readonly settings: Record<string, string>,
  ) {}

  /** Makes keys and an empty database; nobody is invited and nothing is served yet. */
  static async prepare(kind: "sqlite" | "mariadb", log = "debug") {
    const folder = mkdtempSync(join(tmpdir(), "heliodesk-browser-"));
    const port = await freePort();
    const mariadb = kind === "mariadb" ? new Database() : undefined;
    const desk = new Heliodesk(`http://localhost:${port}`, folder, mariadb, {
      HELIODESK_ADDR: `127.0.0.1:${port}`,
      HELIODESK_ORIGIN: `http://localhost:${port}`,
      HELIODESK_DATABASE_URL: mariadb?.url("own") ?? `sqlite:${join(folder, "heliodesk.db")}`,
      HELIODESK_KEY_FILE: join(folder, "keys"),
      HELIODESK_CHECKPOINT_DIR: join(folder, "checkpoints"),
      HELIODESK_LOG: log,
    });
    desk.run("keys", "init");
    return desk;
  }

  /** Runs a command of the program and answers what it printed. */
  run(...words: string[]) {
    const program = process.env.HELIODESK_PROGRAM;
    if (!program) throw new Error("HELIODESK_PROGRAM names no program: run the browser tests with `cargo xtask test`");
    return execFileSync(program, words, { encoding: "utf8", stdio: "pipe", env: { ...process.env, ...this.settings } });
  }

  /** Invites somebody and answers the enrolment link. */
  invite(role: Role, name: string, email: string) {
    const said = this.run("staff", "invite", "--email", email, "--name", name, "--role", role);
    const link = said.match(/https?:\/\/\S+\/enroll\/\S+/)?.[0];
    if (!link) throw new Error(`no link in: ${said}`);
    return link;
  }

  /** Imports customers with their orders, one object per line of the file. */
  import(customers: object[]) {
    const file = join(this.folder, "import.jsonl");
    writeFileSync(file, customers.map((customer) => JSON.stringify(customer)).join("\n"));
    return this.run("import", "--file", file);
  }

  /** Starts serving, on MariaDB with the rights of production, and waits until it is ready. */
  async serve() {
    if (this.mariadb) {
      this.mariadb.grant();
      this.settings.HELIODESK_DATABASE_URL = this.mariadb.url("app");
    }
    const log = createWriteStream(join(this.folder, "log"), { flags: "a" });
    await once(log, "open");
    this.process = spawn(process.env.HELIODESK_PROGRAM!, ["serve"], {
      env: { ...process.env, ...this.settings },
      stdio: ["ignore", log, log],
    });
    for (let tries = 0; tries < 200; tries++) {
      const ready = await fetch(`${this.origin}/readyz`).catch(() => undefined);
      if (ready?.ok) return;
      if (this.process.exitCode !== null) break;
      await new Promise((resume) => setTimeout(resume, 100));
    }
    throw new Error(`heliodesk does not serve:\n${this.log()}`);
  }

  /** Everything the server has logged so far. */
  log() {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  /** Stops serving as an operator would, and forgets everything. */
  async stop() {
    if (this.process && this.process.exitCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
