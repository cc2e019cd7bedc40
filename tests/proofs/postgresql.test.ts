// One SQL text for SQLite and PostgreSQL: a real PostgreSQL takes every migration as it stands, and prepares every statement of the
// store, which looks at its tables, columns and types. What is only SQLite's is named below.
//
// Seen to fail: with `INSERT OR REPLACE`, and with a column that is compared to a text instead of a number.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { note } from "../harness/figures.ts";

const STORE = join(import.meta.dirname, "../../crates/store");
/** Copies of the file, and whether it is whole: of SQLite alone. */
const OF_SQLITE = /^(VACUUM INTO|PRAGMA )/;

/** Where Debian keeps the newest version's programs; undefined where there are none. */
function programs(): string | undefined {
  try {
    const versions = readdirSync("/usr/lib/postgresql").sort((one, other) => Number(other) - Number(one));
    return versions[0] === undefined ? undefined : join("/usr/lib/postgresql", versions[0], "bin");
  } catch {
    return undefined;
  }
}

/** Every statement in the source: those are constants, as sqlx wants them. */
function statements(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(join(STORE, "src"))) {
    const source = readFileSync(join(STORE, "src", file), "utf8");
    const named = new Map([...source.matchAll(/const (\w+): &str =\s*"([^"]*)"/g)].map(([, name = "", text = ""]) => [name, text]));
    for (const [whole, text, name = ""] of source.matchAll(/sqlx::query\(\s*(?:"([^"]*)"|(\w+))/g)) {
      const sql = text ?? named.get(name);
      if (sql === undefined) throw new Error(`${file}: ${whole} is no text that can be found`);
      found.set(sql, file);
    }
    const parts = source.match(/sqlx::query\(/g)?.length ?? 0;
    expect([...source.matchAll(/sqlx::query\(\s*(?:"|\w)/g)], `${file}: each statement is a constant`).toHaveLength(parts);
  }
  return found;
}

const bin = programs();

describe.skipIf(bin === undefined || process.getuid?.() !== 0)("PostgreSQL", () => {
  test("takes every migration and every statement as they stand", () => {
    const folder = mkdtempSync(join(tmpdir(), "incamera-postgresql-"));
    chmodSync(folder, 0o777);
    const data = join(folder, "data");
    const as = (program: string, ...args: string[]): string =>
      // PostgreSQL does not run for root.
      execFileSync("runuser", ["-u", "postgres", "--", join(bin ?? "", program), ...args], { encoding: "utf8", cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    as("initdb", "-D", data, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8");
    as("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", `-k ${folder} -c listen_addresses=''`, "start");
    try {
      const ask = (sql: string): string => as("psql", "-h", folder, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qAtc", sql);
      const migrations = readdirSync(join(STORE, "migrations")).sort();
      for (const file of migrations) ask(readFileSync(join(STORE, "migrations", file), "utf8"));
      const own = [...statements()].filter(([sql]) => !OF_SQLITE.test(sql));
      const refused = own.flatMap(([sql, file]) => {
        try {
          ask(`PREPARE statement AS ${sql}`);
          return [];
        } catch (error) {
          return [`${file}: ${sql}: ${String((error as { stderr?: string }).stderr ?? error)}`];
        }
      });
      note("taken by PostgreSQL", `${migrations.length} migrations, ${own.length - refused.length} of ${own.length} statements`);
      expect(refused).toEqual([]);
      expect(own.length).toBeGreaterThan(70);
    } finally {
      as("pg_ctl", "-D", data, "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
