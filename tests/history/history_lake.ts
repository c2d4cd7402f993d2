import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Main } from "../../lib/cli/command.ts";
import { filesBelow } from "../../lib/files/files.ts";
import { lakePaths } from "../../lib/files/paths.ts";
import { rowObjects, type SqlEngine, type SqlValue } from "../../lib/sql/engine.ts";
import type { StartedEngine } from "../../lib/testing/engines.ts";
import { type MainResult, runMain } from "../../lib/testing/run_main.ts";

/** The history's steps on one lake and engine. */
export interface HistoryLake {
  lake: string;
  /** Runs a script of the history. */
  run(main: Main, ...args: string[]): Promise<MainResult>;
  /** Rows of a query, without times. */
  rows(sql: string): Promise<Record<string, SqlValue>[]>;
  withEngine<T>(use: (engine: SqlEngine) => Promise<T>): Promise<T>;
  /** Records of a `_latest` CSV. */
  csv(name: string): Record<string, string>[];
}

/** The lake of a history test: its paths, and the means to run scripts and queries on it. */
export function historyLake(lake: string, { env, open }: Pick<StartedEngine, "env" | "open">): HistoryLake {
  const withEngine = async <T>(use: (engine: SqlEngine) => Promise<T>): Promise<T> => {
    const engine = await open();
    try {
      return await use(engine);
    } finally {
      await engine.close();
    }
  };
  return {
    lake,
    withEngine,
    run: (main, ...args) => runMain(main, ["--lake", lake, ...args], env),
    rows: (sql) => withEngine(async (engine) => rowObjects(await engine.query(sql)).map(withoutTime)),
    csv: (name) => parse(csvText(lake, name), { columns: true }),
  };
}

/** Text of `<name>_latest.csv`. */
export function csvText(lake: string, name: string): string {
  return readFileSync(join(lakePaths(lake).historyReports, `${name}_latest.csv`), "utf8");
}

function withoutTime({ event_ts_utc: _, ...row }: Record<string, SqlValue>): Record<string, SqlValue> {
  return row;
}

/** Every file below a directory with its hash. */
export async function hashes(dir: string): Promise<Map<string, string>> {
  const names = await filesBelow(dir);
  return new Map(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(dir, name)))
        .digest("hex"),
    ]),
  );
}

/** Everything that the history must not change: the runs, and the target of `active`. */
export async function runsAndActive(lake: string): Promise<{ runs: Map<string, string>; active: string }> {
  const { runs, active } = lakePaths(lake);
  return { runs: await hashes(runs), active: readlinkSync(active) };
}
