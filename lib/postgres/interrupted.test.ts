import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { main } from "../../pipelines/load_postgres.ts";
import { ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { labelsV10 } from "../datasets/labels_v10.ts";
import { projectRoot } from "../files/project_root.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables } from "../lake/testing/fixture_tables.ts";
import { switchActive } from "../promotion/active.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runUnfenced, temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { scriptArguments } from "../testing/script_arguments.ts";
import { until } from "../testing/until.ts";
import { loadRun } from "./load.ts";
import { datasetsToLoad } from "./selection.ts";
import { startTestDatabase, type TestDatabase } from "./testing/database.ts";
import { slowNetwork, unansweredCommit } from "./testing/slow_network.ts";

const ROWS = 500_000;
const RUN = "2025-12__20260101_000000";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
  // Creating a key waits while the test holds lock 77.
  await database.client.query(`CREATE FUNCTION pause() RETURNS event_trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_lock(77); PERFORM pg_advisory_unlock(77); END'`);
  await database.client.query(
    "CREATE EVENT TRIGGER pause ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION pause()",
  );
});
after(() => database.close());
afterEach(() => database.client.query("SELECT pg_advisory_unlock_all()"));

const pause = () => database.client.query("SELECT pg_advisory_lock(77)");
const resume = () => database.client.query("SELECT pg_advisory_unlock(77)");

async function sealedLake(t: Parameters<typeof temporaryLake>[0]): Promise<string> {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, RUN);
  await switchActive(lake, RUN);
  return lake;
}

const argumentsOf = (lake: string) => ["--lake", lake, "--url", database.url, "--threads", "1"];
const load = (lake: string) => runMain(main, argumentsOf(lake));

/** Starts a load in a separate process, which pauses at its first key. */
async function startPaused(lake: string): Promise<{ child: ChildProcess; stderr: () => string }> {
  await pause();
  const script = scriptArguments("pipelines/load_postgres.ts", ...argumentsOf(lake));
  const child = spawn(process.execPath, script, { cwd: projectRoot, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  await until("the load waits for the lock", async () => {
    assert.equal(child.exitCode, null, stderr);
    return (await sessions("AND wait_event = 'advisory'")) === 1;
  });
  return { child, stderr: () => stderr };
}

async function sessions(condition = ""): Promise<number> {
  const sql = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'discogs-data-lake' ${condition}`;
  return Number((await database.rows(sql))[0]?.[0]);
}

const schemas = async () =>
  (await database.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'discogs%' ORDER BY 1")).flat();

test("a killed load releases its lock on the server and can be repeated from the start", async (t) => {
  const lake = await sealedLake(t);
  const { child } = await startPaused(lake);
  child.kill("SIGKILL");
  await once(child, "close");
  // Still paused: nothing but the lost connection ends it.
  await until("the server noticed", async () => (await sessions()) === 0);
  assert.deepEqual(await schemas(), ["discogs__loading"]);
  await resume();
  const { code, stderr } = await load(lake);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /removing schema discogs__loading, left by a killed load/);
  assert.deepEqual(await schemas(), ["discogs"]);
});

test("refuses a second load while one runs, and Ctrl-C leaves the schema unchanged", async (t) => {
  const lake = await sealedLake(t);
  assert.equal((await load(lake)).code, 0);
  const before = await database.rows("SELECT 'discogs.artists_v1_typed'::regclass::oid");
  const { child, stderr } = await startPaused(lake);
  const second = await load(lake);
  assert.equal(second.code, 2);
  assert.match(
    second.stderr,
    /error: schema discogs at \S+ is being loaded by another process \(server process \d+\)/,
  );
  child.kill("SIGINT");
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGINT", stderr());
  assert.match(stderr(), /error: interrupted \(SIGINT\): the schema is unchanged\n$/);
  assert.deepEqual(await schemas(), ["discogs"]);
  assert.deepEqual(await database.rows("SELECT 'discogs.artists_v1_typed'::regclass::oid"), before);
});

test("abandons rows in transit when the load is interrupted", async (t) => {
  const lake = temporaryLake(t);
  // The cancellation, which takes a connection of its own, arrives while the staging schema is being removed.
  await database.client.query(
    "CREATE FUNCTION linger() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); END'",
  );
  await database.client.query(
    "CREATE EVENT TRIGGER linger ON ddl_command_start WHEN TAG IN ('DROP SCHEMA') EXECUTE FUNCTION linger()",
  );
  t.after(() => database.client.query("DROP EVENT TRIGGER linger"));
  const dir = await makeSealedRun(lake, RUN);
  const controller = new AbortController();
  const reason = new ExpectedError("stop");
  const log = { ...silentLogger, progress: () => controller.abort(reason) };
  const datasets = await datasetsToLoad(dir, "all");
  const loading = loadRun(
    { runId: RUN, dir },
    { url: database.url, schema: "discogs_rows", datasets, log, signal: controller.signal },
  );
  await assert.rejects(loading, reason);
  assert.deepEqual(
    (await schemas()).filter((name) => String(name).startsWith("discogs_rows")),
    [],
  );
});

test("a load waits for a reader of the old tables without blocking other readers", async (t) => {
  const lake = await sealedLake(t);
  const dir = await makeSealedRun(lake, "2026-01__20260201_000000", {
    tables: { labels_v10: [...(consistentTables.labels_v10 ?? []), { label_id: 6, name: "Second" }] },
  });
  assert.equal((await load(lake)).code, 0);
  const reader = await database.connect();
  await reader.query("BEGIN");
  const count = async (client = reader) =>
    Number((await client.query("SELECT count(*)::int AS n FROM discogs.labels_ref_v10")).rows[0]?.n);
  assert.equal(await count(), 1);
  const seen: number[] = [];
  const log = {
    ...silentLogger,
    async info(message: string) {
      if (!message.startsWith("waiting for readers of schema discogs: server processes ")) return;
      seen.push(await count(), await count(database.client));
      await reader.query("COMMIT");
    },
  };
  const datasets = await datasetsToLoad(dir, "all");
  const { signal } = new AbortController();
  await loadRun(
    { runId: "2026-01__20260201_000000", dir },
    { url: database.url, schema: "discogs", datasets, log, signal },
  );
  assert.deepEqual(seen, [1, 1]);
  assert.equal(await count(), 2);
});

test("names the sessions whose locks a statement waits for", async (t) => {
  const dir = await makeSealedRun(temporaryLake(t), RUN);
  await pause();
  const [[own] = []] = await database.rows("SELECT pg_backend_pid()");
  const seen: string[] = [];
  const log = {
    ...silentLogger,
    async info(message: string) {
      if (!message.startsWith("waiting for locks")) return;
      seen.push(message.replace(/ \(for \d+ s\)$/, ""));
      await resume();
    },
  };
  const datasets = await datasetsToLoad(dir, "all");
  const { signal } = new AbortController();
  await loadRun(
    { runId: RUN, dir },
    { url: database.url, schema: "discogs_locked", datasets, log, signal, patienceMs: 100 },
  );
  assert.equal(seen[0], `waiting for locks of server processes ${own}`);
});

/** A load of half a million labels over a network that stops in the middle. */
async function loadOverHaltedNetwork(
  t: TestContext,
  options: { schema: string; log: Logger; signal: AbortSignal },
) {
  const dir = temporaryDirectory(t);
  mkdirSync(join(dir, "labels_v10"));
  const columns = "CAST(range AS BIGINT) AS label_id, repeat('x', 100) || range AS name";
  await runUnfenced(
    `COPY (SELECT ${columns} FROM range(${ROWS})) TO '${join(dir, "labels_v10", "part-00000.parquet")}' (FORMAT parquet)`,
  );
  const network = await slowNetwork(dir, database.directory, 1_000_000);
  t.after(() => network.close());
  const url = database.url.replace(encodeURIComponent(database.directory), encodeURIComponent(dir));
  const loading = loadRun({ runId: RUN, dir }, { url, datasets: [labelsV10], patienceMs: 1000, ...options });
  await network.halted;
  return { network, loading };
}

test("says when the server can't be asked, and Ctrl-C then ends the load without it", async (t) => {
  const controller = new AbortController();
  const reason = new ExpectedError("stop");
  const warnings: string[] = [];
  const warn = (message: string) => {
    warnings.push(message.replace(/: .*/, ""));
    controller.abort(reason);
  };
  const { network, loading } = await loadOverHaltedNetwork(t, {
    schema: "silent",
    log: { ...silentLogger, warn },
    signal: controller.signal,
  });
  network.close();
  await assert.rejects(loading, reason);
  assert.match(warnings[0] ?? "", /^PostgreSQL at \S+ can't be asked what the load is waiting for$/);
  assert.ok(warnings.includes("the running statement could not be cancelled"), warnings.join("\n"));
});

for (const unanswered of ["every connection", "its connection"] as const) {
  test(`Ctrl-C during a COMMIT whose answer is lost for ${unanswered} ends, and not with an unchanged schema`, (t) =>
    interruptCommit(t, unanswered));
}

async function interruptCommit(t: TestContext, unanswered: "every connection" | "its connection") {
  const dir = await makeSealedRun(temporaryLake(t), RUN);
  const socket = temporaryDirectory(t);
  const network = await unansweredCommit(socket, database.directory, unanswered);
  t.after(() => network.close());
  const controller = new AbortController();
  const loading = loadRun(
    { runId: RUN, dir },
    {
      url: database.url.replace(encodeURIComponent(database.directory), encodeURIComponent(socket)),
      schema: "unanswered",
      datasets: [labelsV10],
      log: silentLogger,
      signal: controller.signal,
      patienceMs: 1000,
    },
  );
  await network.halted;
  controller.abort(new ExpectedError("interrupted: the schema is unchanged", { exitCode: 130 }));
  await assert.rejects(loading, {
    exitCode: 130,
    message:
      /^PostgreSQL at \S+: the connection was lost before the COMMIT was answered, so schema unanswered may be /,
  });
  const [[about] = []] = await database.rows("SELECT obj_description('unanswered'::regnamespace)");
  assert.match(String(about), new RegExp(`run ${RUN}, loaded `));
}

test("rows are produced only as fast as the server accepts them", async (t) => {
  let sent = 0;
  const log = {
    ...silentLogger,
    progress(message: string) {
      sent = Number(/: ([\d,]+) of /.exec(message)?.[1]?.replaceAll(",", "") ?? sent);
    },
  };
  const { network, loading } = await loadOverHaltedNetwork(t, {
    schema: "slow",
    log,
    signal: new AbortController().signal,
  });
  let before = -1;
  while (before !== sent) {
    before = sent;
    await sleep(500);
  }
  network.resume();
  const loaded = await loading;
  assert.ok(
    before > 0 && before < ROWS / 10,
    `${before} rows were produced for a server that accepted a megabyte`,
  );
  assert.deepEqual(
    loaded.map(({ rows }) => rows),
    [ROWS],
  );
});
