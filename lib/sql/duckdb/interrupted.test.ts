import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import { releasesV6 } from "../../datasets/releases_v6.ts";
import { finish, isRunning } from "../../digdag/testing/digdag_project.ts";
import { projectRoot } from "../../files/project_root.ts";
import { temporaryDirectory as spillDirectory } from "../../files/temporary_directory.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { runUnfenced } from "../../testing/run_fixture.ts";
import { until } from "../../testing/until.ts";
import { openSession } from "./session.ts";
import { emptyRelation } from "./table_sql.ts";

/** Takes hours. */
const LONG = "SELECT count(*) FROM range(100000000000) a, range(1000) b";
/** Long enough to be interrupted; writing the input takes a second. */
const RELEASES = 4_000_000;

/** Files below a directory, hidden ones too. */
const filesIn = (dir: string) => readdirSync(dir, { recursive: true }).map(String);

/** Starts a script of the project with one thread; it and its children are killed if the test fails. */
function start(t: TestContext, name: string, ...args: string[]): ChildProcess {
  const child = spawn(join(projectRoot, "bin", "lake"), [name, "--threads", "1", ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => {
    if (child.exitCode === null) process.kill(-Number(child.pid), "SIGKILL");
  });
  return child;
}

/** The script that `bin/lake` runs as its child. */
function scriptOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]);
}

/** CPU time of a process in ticks of 10 ms; see proc(5). */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

for (const [signal, code, line] of [
  ["SIGINT", 130, "scripts/query.ts: interrupted\n"],
  ["SIGTERM", 143, "scripts/query.ts: interrupted (SIGTERM)\n"],
] as const) {
  test(`${signal} ends a query of hours, and nothing of it runs on`, async (t) => {
    const lake = temporaryDirectory(t);
    const child = start(t, "query", "--lake", lake, "--csv", `SELECT 1 AS first; ${LONG}`);
    const ended = finish(child);
    let shown = "";
    child.stdout?.on("data", (chunk) => {
      shown += String(chunk);
    });
    await until("the first statement is done", () => shown === "first\n1\n");
    const script = scriptOf(child);
    const before = cpuTicks(script);
    await until("the second one computes", () => cpuTicks(script) > before + 50);
    // As a terminal does: to the launcher and to the script, which gets it from the launcher once more.
    process.kill(-Number(child.pid), signal);
    const { code: exitCode, stderr } = await ended;
    assert.deepEqual([exitCode, stderr, readdirSync(lake)], [code, line, []]);
    assert.equal(isRunning(script), false);
  });
}

test("a build interrupted while DuckDB writes leaves neither its dataset nor its spilled rows", async (t) => {
  const base = temporaryDirectory(t);
  const run = join(base, "run");
  for (const name of ["releases_v6", "warehouse_discogs"]) mkdirSync(join(run, name), { recursive: true });
  const rows = `SELECT range AS release_id, ['Dub', 'Techno', 'House', 'Ambient'] AS style_list FROM range(${RELEASES})`;
  const part = join(run, "releases_v6", "part-00000.parquet");
  await runUnfenced(
    `COPY (${emptyRelation(releasesV6.columns)} UNION ALL BY NAME ${rows}) TO '${part}' (FORMAT parquet)`,
  );
  const before = filesIn(base).sort();
  const child = start(t, "build_release_style_genre_xref_v1", "--run", run, "--memory-limit", "100MB");
  const ended = finish(child);
  const isSpilling = (name: string) => /_tmp\.duckdb\..*\.tmp$/.test(name);
  await until("rows are spilled", () => {
    assert.equal(child.exitCode, null, "ended before it was interrupted");
    return filesIn(base).some(isSpilling);
  });
  assert.ok(filesIn(base).some((name) => /_tmp\.release_style_xref_v1.*data\.parquet$/.test(name)));
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /^pipelines\/build_release_style_genre_xref_v1\.ts: interrupted\n$/);
  assert.deepEqual(filesIn(base).sort(), before);
});

test("a session ends its statements when its signal is aborted, and refuses later ones", async (t) => {
  const dir = temporaryDirectory(t);
  const reason = new ExpectedError("no longer needed");
  for (const form of ["run", "stream"] as const) {
    const controller = new AbortController();
    const { signal } = controller;
    const temporary = await spillDirectory(dir, "duckdb");
    const session = await openSession({ threads: 1, directories: [dir], temporary, signal });
    const call = (sql: string) => (form === "run" ? session.run(sql) : session.stream(sql).next());
    try {
      const running = call(LONG);
      setImmediate(() => controller.abort(reason));
      await assert.rejects(running, reason);
      await assert.rejects(call("SELECT 1"), reason);
    } finally {
      await session.close();
    }
  }
  assert.deepEqual(readdirSync(dir), []);
});
