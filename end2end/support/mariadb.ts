// A database of its own on the MariaDB that `cargo xtask test` started, with the two accounts of production.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

let count = 0;

export class Database {
  readonly name = `browser${process.pid}_${count++}`;
  private readonly port: string;
  private readonly socket: string;

  constructor() {
    const shared = process.env.HELIODESK_TESTBED;
    if (!shared) throw new Error("HELIODESK_TESTBED names no MariaDB: run the browser tests with `cargo xtask test`");
    [this.port, this.socket] = shared.split(/:(.*)/s, 2) as [string, string];
    this.run(
      `CREATE DATABASE ${this.name};
       CREATE USER '${this.name}_own'@'%' IDENTIFIED BY 'own'; GRANT ALL ON ${this.name}.* TO '${this.name}_own'@'%';
       CREATE USER '${this.name}_app'@'%' IDENTIFIED BY 'app';`,
    );
  }

  /** The address for the account that owns the tables, or for the one that serves. */
  url(account: "own" | "app") {
    return `mysql://${this.name}_${account}:${account}@127.0.0.1:${this.port}/${this.name}`;
  }

  /** Gives the serving account the rights of production; the tables must exist. */
  grant() {
    const grants = readFileSync(new URL("../../desk/migrations/mysql-grants.sql", import.meta.url), "utf8");
    this.run(grants.replaceAll("{database}", this.name).replaceAll("{user}", `'${this.name}_app'@'%'`));
  }

  /** Runs statements as the administrator, who is the account this process runs as. */
  run(sql: string) {
    const user = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
    const account = ["--no-defaults", `--socket=${this.socket}`, `--user=${user}`, "--batch", "--skip-column-names"];
    return execFileSync("mariadb", account, { input: sql, encoding: "utf8" });
  }
}
