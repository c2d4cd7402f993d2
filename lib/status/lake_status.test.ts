import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as registerRun } from "../../scripts/register_run_schema.ts";
import { main } from "../../scripts/status.ts";
import { type ArchiveStep, archiveRun } from "../archive/archive_run.ts";
import { appendStageEvent } from "../cli/stage_log.ts";
import { duckdbType } from "../datasets/types.ts";
import { type Session, sessionLock, statusDirectory, writeSession } from "../digdag/session.ts";
import { stageLog } from "../digdag/stage_times.ts";
import { withLock } from "../files/lock.ts";
import { historyLockPath, inRun, lakePaths, sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { changeTables, type EventTable, kpiV2SnapshotEvents } from "../history/event_tables.ts";
import type { Manifest } from "../lake/manifest.ts";
import {
  makeBuildingRun,
  makeOriginalRun,
  makeSealedRun,
  makeUntestedRun,
} from "../lake/testing/fixture_runs.ts";
import { promote } from "../promotion/promote.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { allowRemoval, runUnfenced, temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { activeStatus } from "./active_status.ts";
import { fileSizes } from "./file_sizes.ts";
import { lakeStatus } from "./lake_status.ts";
import { runStatuses } from "./run_statuses.ts";
import { statusText } from "./status_text.ts";

const JUNE = "2026-06__20260701_020304";
const JULY = "2026-07__20260801_020304";
const AUGUST = "2026-08__20260901_020304";

const look = (lake: string, env: NodeJS.ProcessEnv = {}) =>
  lakeStatus({ lake, rawRoot: undefined, env, cwd: projectRoot });
const statesOf = ({ runs }: Awaited<ReturnType<typeof look>>) =>
  runs.map(({ run_id, state }) => [run_id, state]);

async function putSession(lake: string, change: Partial<Session["record"]> = {}): Promise<Session> {
  const line = { lake, workflow: "main", dumpMonth: "2026-08" };
  const session: Session = {
    dir: join(statusDirectory(line), "20260901T020304+0000"),
    record: {
      session: "2026-09-01T02:03:04.000Z",
      workflow: "main",
      project: join(projectRoot, "digdag"),
      dump_month: "2026-08",
      run_id: AUGUST,
      raw_root: "/srv/it's raw",
      parameters: { run_mode: "prod", accept_drift: "releases_v6.status" },
      code: "1",
      state: "unfinished",
      started: "2026-09-01T02:03:04.000Z",
      ...change,
    },
  };
  await writeSession(session);
  return session;
}

/** An attempt in which one script ended with an error. */
function logAttempt(
  session: Session,
  { task, script, exit, error }: { task: string; script: string; exit: number; error: string },
  time = "2026-09-01T02:04:00.000Z",
): void {
  const log = stageLog(session);
  appendStageEvent(log, { event: "workflow began", time });
  appendStageEvent(log, { event: "began", time, pid: 1, task, script });
  const end = { exit, cpu_seconds: 1, peak_rss_bytes: 1, error: `${script}: error: ${error}` };
  appendStageEvent(log, { event: "ended", time, pid: 1, ...end });
  appendStageEvent(log, { event: "workflow ended", time, exit });
}

/** A failed session of promote.dig. */
async function putPromotion(lake: string, session: string, runId: string): Promise<Session> {
  const promotion: Session = {
    dir: join(statusDirectory({ lake, workflow: "promote", dumpMonth: undefined }), session.slice(0, 10)),
    record: {
      session,
      workflow: "promote",
      project: join(projectRoot, "digdag"),
      parameters: { promote_run_id: runId },
      code: "1",
      state: "unfinished",
      started: session,
    },
  };
  await writeSession(promotion);
  logAttempt(promotion, { ...PROMOTE, error: `there is no run ${runId}` }, session);
  return promotion;
}

const PROMOTE = { task: "+promote+promote", script: "scripts/promote.ts", exit: 2 };

test("shows sealed runs with their manifests, the active run and its history", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  await makeSealedRun(lake, JULY);
  await makeOriginalRun(lake, "2020-01__20200201_000000");
  await promote(lake, JUNE);
  await promote(lake, JULY);
  for (const runId of [JUNE, JULY]) {
    writeFileSync(
      join(inRun.reports(sealedDir(lake, runId)), "duckdb_sanity_active_20260801_020400_000.csv"),
      "check_name,severity,value,ok,details\na.rows,CRITICAL,0,false,\n",
    );
  }
  const status = await look(lake);
  assert.deepEqual(statesOf(status), [
    ["2020-01__20200201_000000", "original"],
    [JUNE, "sealed"],
    [JULY, "sealed"],
  ]);
  const july = status.runs[2];
  assert.ok(july !== undefined);
  const manifest = JSON.parse(readFileSync(inRun.manifest(sealedDir(lake, JULY)), "utf8"));
  const { is_active, dump_date, run_mode, releases, rows, datasets, sealed, checks, active_checks } = july;
  assert.deepEqual(
    { is_active, dump_date, run_mode, releases, datasets, sealed, checks, active_checks },
    {
      is_active: true,
      dump_date: "2026-07-01",
      run_mode: "prod",
      releases: 2,
      datasets: 12,
      sealed: manifest.ended,
      checks: { total: 2, not_ok: [], passed: true },
      active_checks: { total: 1, not_ok: ["CRITICAL a.rows"], passed: false },
    },
  );
  assert.equal(rows, 2 + 1 + 1 + 1 + 2 + 1 + 5 + 2 + 2 + 1 + 2 + 2);
  assert.ok((july.bytes ?? 0) > 0);
  assert.deepEqual(
    status.active.history.map(({ action, run_id, previous }) => [action, run_id, previous]),
    [
      ["promote", JUNE, null],
      ["promote", JULY, JUNE],
    ],
  );
  assert.equal(status.active.run_id, JULY);
  assert.equal(status.active.since, status.active.history[1]?.time);
  assert.deepEqual(status.problems, [`run ${JULY}: checks of the active run failed: CRITICAL a.rows`]);
});

const otherDisk = process.platform === "linux" && existsSync("/dev/shm") ? "/dev/shm" : undefined;
test("the disk is that of _runs, if it is a link", { skip: otherDisk === undefined }, async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const { runs, meta } = lakePaths(lake);
  const there = mkdtempSync(join(otherDisk ?? "", "lake-status-"));
  t.after(() => {
    allowRemoval(there);
    rmSync(there, { recursive: true });
  });
  for (const dir of [runs, meta]) {
    cpSync(dir, join(there, basename(dir)), { recursive: true });
    allowRemoval(dir);
    rmSync(dir, { recursive: true });
    symlinkSync(join(there, basename(dir)), dir);
  }
  writeFileSync(join(lake, "stray"), "x".repeat(1000));
  const { disk } = await look(lake);
  const { bsize, blocks } = statfsSync(there);
  assert.equal(disk.size, bsize * blocks);
  assert.ok(disk.used.runs > 0);
  assert.ok(disk.used.other >= 1000, `other files: ${disk.used.other}`);
});

test("disk usage adds up, and the next month is estimated from the last two", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  await makeSealedRun(lake, JULY);
  await makeUntestedRun(lake, AUGUST);
  writeFileSync(join(lake, "stray"), "x".repeat(1000));
  const { disk } = await look(lake);
  const { runs, unfinished, meta, other, total } = disk.used;
  assert.equal(runs + unfinished + meta + other, total);
  assert.equal(other, 1000);
  assert.ok(runs > 0 && unfinished > 0 && disk.free > 0 && disk.size >= disk.free);
  const next = disk.next_month;
  assert.ok(next !== null);
  const size = (runId: string) => {
    const { datasets } = JSON.parse(readFileSync(inRun.manifest(sealedDir(lake, runId)), "utf8"));
    return Object.values<{ bytes: number }>(datasets).reduce((sum, { bytes }) => sum + bytes, 0);
  };
  assert.deepEqual([next.from, next.growth, next.run, next.dumps], [[JULY, JUNE], 1, size(JULY), 1]);
  assert.deepEqual([next.needed, next.fits], [size(JULY) + 1, true]);
});

/** Changes the manifest of a sealed run. */
function editManifest(lake: string, runId: string, edit: (manifest: Manifest) => void): void {
  const path = inRun.manifest(sealedDir(lake, runId));
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  edit(manifest);
  chmodSync(path, 0o644);
  writeFileSync(path, JSON.stringify(manifest));
}

test("the next month is expected to grow as the last one did, and not to shrink", async (t) => {
  const lake = temporaryLake(t);
  for (const runId of [JUNE, JULY]) await makeSealedRun(lake, runId);
  const setBytes = (runId: string, bytes: number) =>
    editManifest(lake, runId, ({ datasets }) => {
      for (const [name, each] of Object.entries(datasets)) each.bytes = name === "releases_v6" ? bytes : 0;
    });
  const statusWith = (rawRoot?: string) => lakeStatus({ lake, rawRoot, env: {}, cwd: projectRoot });
  const nextWith = async (rawRoot?: string) => (await statusWith(rawRoot)).disk.next_month;
  setBytes(JUNE, 2000);
  setBytes(JULY, 1000);
  assert.equal((await nextWith())?.growth, 1);
  setBytes(JULY, 3000);
  const next = await nextWith(join(lake, "nowhere"));
  assert.deepEqual([next?.growth, next?.run, next?.dumps, next?.needed], [1.5, 4500, 2, 4502]);
  if (otherDisk !== undefined) {
    const status = await statusWith(otherDisk);
    assert.equal(status.disk.next_month?.needed, 4500);
    assert.match(
      statusText(status).join("\n"),
      /^next month: 4\.5 kB .*, 4\.5 kB of it on this file system/m,
    );
  }
  assert.doesNotMatch(statusText(await statusWith()).join("\n"), /on this file system/);
  setBytes(JUNE, 2e15);
  setBytes(JULY, 3e15);
  const { disk, problems } = await statusWith();
  assert.equal(disk.next_month?.fits, false);
  assert.match(problems.join("\n"), /^the next month needs 4500\.0 TB, but only .* are free: archive a run/m);
  editManifest(lake, JUNE, ({ datasets }) => void delete datasets.releases_v6);
  assert.deepEqual((await nextWith())?.from, [JULY], "the other has other datasets");
});

test("a run with the manifest of another run, or with a file that has grown, is damaged", async (t) => {
  const lake = temporaryLake(t);
  for (const runId of [JUNE, JULY]) await makeSealedRun(lake, runId);
  editManifest(lake, JUNE, (manifest) => {
    manifest.run_id = JULY;
  });
  const part = join(sealedDir(lake, JULY), "releases_v6", "part-00000.parquet");
  chmodSync(part, 0o644);
  appendFileSync(part, "more");
  const [june, july] = (await look(lake)).runs;
  assert.deepEqual([june?.state, june?.problem], ["damaged", `its manifest is of run ${JULY}`]);
  assert.equal(july?.state, "damaged");
  assert.match(july?.problem ?? "", /part-00000\.parquet has \d+ bytes, but \d+ in its manifest$/);
});

test("a promoted run without its manifest is damaged, as is one with a Parquet file that its manifest lacks", async (t) => {
  const lake = temporaryLake(t);
  for (const runId of [JUNE, JULY]) await makeSealedRun(lake, runId);
  await promote(lake, JUNE);
  const manifest = inRun.manifest(sealedDir(lake, JUNE));
  chmodSync(dirname(manifest), 0o755);
  rmSync(manifest);
  const labels = join(sealedDir(lake, JULY), "labels_v10");
  chmodSync(labels, 0o755);
  writeFileSync(join(labels, "part-00001.parquet"), "more");
  writeFileSync(join(sealedDir(lake, JULY), "_reports", "own.parquet"), "a reader's");
  const status = await look(lake);
  assert.deepEqual(statesOf(status), [
    [JUNE, "damaged"],
    [JULY, "damaged"],
  ]);
  assert.deepEqual(status.problems, [
    `run ${JUNE}: its manifest is missing`,
    `run ${JULY}: labels_v10/part-00001.parquet is not in its manifest`,
  ]);
});

test("a run has passed only if each of its tests has", async (t) => {
  const lake = temporaryLake(t);
  await makeBuildingRun(lake, AUGUST, { failed: ["a.rows"] });
  const [run] = (await look(lake)).runs;
  assert.deepEqual(run?.checks, { total: 3, not_ok: ["CRITICAL a.rows"], passed: false });
});

test("a damaged run is shown with the reason, next to the others", async (t) => {
  const lake = temporaryLake(t);
  for (const runId of [JUNE, JULY, AUGUST]) await makeSealedRun(lake, runId);
  const part = join(sealedDir(lake, JUNE), "releases_v6", "part-00000.parquet");
  chmodSync(part, 0o644);
  truncateSync(part, 10);
  const manifest = inRun.manifest(sealedDir(lake, JULY));
  chmodSync(dirname(manifest), 0o755);
  chmodSync(manifest, 0o644);
  writeFileSync(manifest, "{");
  mkdirSync(join(lake, "_runs", "notes"));
  writeFileSync(lakePaths(lake).promotions, "what?\n");
  symlinkSync("_runs/2019-01__20190101_000000", lakePaths(lake).active);
  const status = await look(lake);
  assert.deepEqual(statesOf(status), [
    [JUNE, "damaged"],
    [JULY, "damaged"],
    [AUGUST, "sealed"],
  ]);
  const [june, july] = status.runs.map(({ problem }) => problem ?? "");
  assert.match(june ?? "", /^releases_v6\/part-00000\.parquet has 10 bytes, but \d+ in its manifest$/);
  assert.match(july ?? "", /manifest\.json is not JSON/);
  assert.deepEqual(
    status.ignored.map(({ name }) => name),
    ["notes"],
  );
  assert.match(status.problems.join("\n"), /promotions\.jsonl line 1 is not a promotion/);
  assert.match(
    status.problems.join("\n"),
    /active points to _runs\/2019-01__20190101_000000, which is not a run/,
  );
  const { code, stdout, stderr } = await runMain(main, ["--lake", lake]);
  assert.equal(code, 1, stderr);
  assert.match(stdout, new RegExp(`^${AUGUST} +sealed `, "m"));
  assert.match(stdout, new RegExp(`^problem: run ${JULY}: .*not JSON`, "m"));
});

test("a formerly active run that is gone is missing", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  await makeSealedRun(lake, JULY);
  await promote(lake, JUNE);
  await promote(lake, JULY);
  allowRemoval(sealedDir(lake, JUNE));
  rmSync(sealedDir(lake, JUNE), { recursive: true });
  assert.deepEqual(statesOf(await look(lake)), [
    [JUNE, "missing"],
    [JULY, "sealed"],
  ]);
});

test("runs that became active without a record are known from the next one, and have no time", async (t) => {
  const lake = temporaryLake(t);
  const original = "2020-01__20200201_000000";
  await makeOriginalRun(lake, original);
  await makeSealedRun(lake, JULY);
  const { active } = lakePaths(lake);
  symlinkSync(`_runs/${original}`, active);
  await promote(lake, JULY);
  rmSync(active);
  symlinkSync(`_runs/${original}`, active);
  const { active: byHand } = await look(lake);
  assert.deepEqual([byHand.run_id, byHand.since], [original, null]);
  rmSync(sealedDir(lake, original), { recursive: true });
  assert.deepEqual(statesOf(await look(lake)), [
    [original, "missing"],
    [JULY, "sealed"],
  ]);
});

test("active missing after a promotion is a problem", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  assert.match(statusText(await look(lake)).join("\n"), /^active: none; no run has been promoted yet$/m);
  await promote(lake, JUNE);
  rmSync(lakePaths(lake).active);
  const status = await look(lake);
  assert.deepEqual(status.problems, [`active is missing, though run ${JUNE} was active: promote a run`]);
  assert.match(statusText(status).join("\n"), /^active: none$/m);
});

test("a run that is archived while the lake is looked at is not damaged", async (t) => {
  const lake = temporaryLake(t);
  const run = await makeSealedRun(lake, JUNE);
  const afterStep = (step: ArchiveStep) => {
    if (step === "recorded") throw new Error("stop");
  };
  await assert.rejects(archiveRun(lake, JUNE, temporaryDirectory(t), { afterStep }), /stop/);
  const around = {
    active: await activeStatus(lake, []),
    // Read after the runs have been listed.
    get sessions() {
      if (existsSync(run)) renameSync(run, join(lakePaths(lake).runs, `_tmp.archived.${JUNE}.1`));
      return [];
    },
  };
  const problems: string[] = [];
  const { runs } = await runStatuses(lake, around, problems);
  assert.deepEqual(
    runs.map(({ run_id, state }) => [run_id, state]),
    [[JUNE, "archived"]],
  );
  assert.deepEqual(problems, []);
});

test("runs known only to the registry are missing; an unreadable registry is a problem", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const env = { DISCOGS_DATA_LAKE: lake };
  assert.equal((await runMain(registerRun, ["--run-id", JUNE], env)).code, 0);
  assert.equal((await runMain(reconcile, [], env)).code, 0);
  allowRemoval(sealedDir(lake, JUNE));
  rmSync(sealedDir(lake, JUNE), { recursive: true });
  assert.deepEqual(statesOf(await look(lake)), [[JUNE, "missing"]]);
  const events = lakePaths(lake).registryEvents;
  writeFileSync(join(events, "half.parquet"), "PAR1 and nothing readable PAR1");
  const status = await look(lake);
  assert.deepEqual(status.runs, []);
  assert.match(status.problems.join("\n"), /half\.parquet/);
});

test("shows a failed session with its step and the commands that resume or abandon it", async (t) => {
  const lake = temporaryLake(t);
  await makeBuildingRun(lake, AUGUST);
  const session = await putSession(lake);
  logAttempt(session, { task: "+main+seal", script: "scripts/seal_run.ts", exit: 1, error: "no" });
  const status = await look(lake);
  const failure = { step: "seal", message: "scripts/seal_run.ts: error: no" };
  assert.deepEqual(status.sessions, [
    {
      workflow: "main",
      session: "2026-09-01T02:03:04.000Z",
      run_id: AUGUST,
      state: "failed",
      started: "2026-09-01T02:03:04.000Z",
      failures: [failure],
      log: null,
      resume:
        `DISCOGS_DATA_LAKE=${lake} DISCOGS_RAW='/srv/it'\\''s raw' bin/digdag run main.dig ` +
        "-p dump_month=2026-08 -p run_mode=prod -p accept_drift=releases_v6.status",
      abandon: `bin/lake discard_run ${AUGUST} --lake ${lake}`,
      repeat: null,
      missing_run: null,
    },
  ]);
  const [run] = status.runs;
  assert.deepEqual([run?.state, run?.failures, run?.datasets], ["unfinished", [failure], 12]);
  assert.deepEqual(run?.checks, { total: 2, not_ok: [], passed: true });
  assert.deepEqual(status.problems, [
    `main.dig, session 2026-09-01T02:03:04.000Z, run ${AUGUST}: failed in seal`,
  ]);
  const text = (await runMain(main, ["--lake", lake])).stdout;
  assert.match(text, /^ {2}failed in seal: scripts\/seal_run\.ts: error: no$/m);
  assert.match(text, new RegExp(`^  to abandon it: bin/lake discard_run ${AUGUST} --lake `, "m"));
  const given = await look(lake, { DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: "/srv/it's raw" });
  assert.match(given.sessions[0]?.resume ?? "", /^bin\/digdag run /);
  assert.equal(given.sessions[0]?.abandon, `bin/lake discard_run ${AUGUST}`);
});

test("the command that resumes a session has what was given to it, from wherever it is entered", async (t) => {
  const lake = temporaryLake(t);
  await makeBuildingRun(lake, AUGUST);
  await putSession(lake, { parameters: { run_id: AUGUST, raw_root: "raw" }, raw_root: "/srv/raw" });
  const env = { DISCOGS_DATA_LAKE: basename(lake) };
  const { sessions } = await lakeStatus({ lake, rawRoot: undefined, env, cwd: dirname(lake) });
  const command = `${join(projectRoot, "bin/digdag")} run main.dig -p run_id=${AUGUST} -p raw_root=/srv/raw`;
  assert.equal(sessions[0]?.resume, command);
});

test("reports a session with an unreadable record, and shows the others", async (t) => {
  const lake = temporaryLake(t);
  const { dir } = await putSession(lake);
  const torn = join(dirname(dir), "20260831T020304+0000", "session.json");
  mkdirSync(dirname(torn));
  writeFileSync(torn, "{");
  const { sessions, problems } = await look(lake);
  assert.deepEqual(
    sessions.map(({ session }) => session),
    ["2026-09-01T02:03:04.000Z"],
  );
  assert.equal(
    problems.filter((line) => line.startsWith(`${torn} is not JSON`)).length,
    1,
    problems.join("\n"),
  );
});

test("a running session is not a problem, and its run is being built", async (t) => {
  const lake = temporaryLake(t);
  await makeUntestedRun(lake, AUGUST);
  const killed = await putSession(lake);
  const lock = sessionLock({ lake, workflow: "main", dumpMonth: "2026-08" });
  await withLock(lock, "digdag run main.dig", async () => {
    const [other] = (await look(lake)).sessions;
    assert.equal(other?.state, "interrupted", "it began before the one that runs now");
    // It is resumed.
    appendStageEvent(stageLog(killed), { event: "workflow began", time: new Date().toISOString() });
    const status = await look(lake);
    assert.deepEqual(statesOf(status), [[AUGUST, "building"]]);
    const [session] = status.sessions;
    assert.deepEqual([session?.state, session?.resume, session?.abandon], ["running", null, null]);
    assert.deepEqual(status.problems, []);
  });
  assert.equal((await look(lake)).sessions[0]?.state, "interrupted");
});

test("a session is settled once a later one of the same month finished and its run is gone", async (t) => {
  const lake = temporaryLake(t);
  const session = await putSession(lake);
  const later = { session: "2026-09-02T02:03:04.000Z", state: "finished" as const };
  await writeSession({ dir: `${session.dir}-later`, record: { ...session.record, ...later } });
  assert.deepEqual((await look(lake)).sessions, []);
  await makeUntestedRun(lake, AUGUST);
  assert.equal((await look(lake)).sessions.length, 1);
});

test("a workflow without a run of its own is run again, unless its run does not exist", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  await makeSealedRun(lake, JULY);
  allowRemoval(sealedDir(lake, JULY));
  rmSync(sealedDir(lake, JULY), { recursive: true });
  await putPromotion(lake, "2026-09-01T02:03:04.000Z", JULY);
  const mistyped = await look(lake);
  const [session] = mistyped.sessions;
  assert.deepEqual(
    [session?.resume, session?.abandon, session?.repeat, session?.missing_run],
    [null, null, null, JULY],
  );
  assert.deepEqual(mistyped.problems, [
    `promote.dig, session 2026-09-01T02:03:04.000Z: failed in promote; there is no run ${JULY}`,
  ]);
  const text = statusText(mistyped).join("\n");
  assert.match(
    text,
    new RegExp(`^  failed in promote: scripts/promote\\.ts: error: there is no run ${JULY}$`, "m"),
  );
  assert.match(
    text,
    new RegExp(`^  there is no run ${JULY} in the lake: run promote\\.dig again with another run$`, "m"),
  );
  assert.doesNotMatch(text, /bin\/digdag run/);

  const right = await putPromotion(lake, "2026-09-02T02:03:04.000Z", JUNE);
  const followed = await look(lake, { DISCOGS_DATA_LAKE: lake });
  const again = `bin/digdag run promote.dig -p promote_run_id=${JUNE}`;
  assert.deepEqual(
    followed.sessions.map(({ session: time, resume, repeat, missing_run }) => [
      time,
      resume,
      repeat,
      missing_run,
    ]),
    [[right.record.session, null, again, null]],
  );
  assert.equal(followed.problems.length, 1);
  assert.match(statusText(followed).join("\n"), new RegExp(`^  to resume it: ${again}$`, "m"));

  await writeSession({ ...right, record: { ...right.record, state: "finished" } });
  const settled = await look(lake);
  assert.deepEqual([settled.sessions, settled.problems], [[], []]);
});

test("without a run of its own, the session that ran last counts, even if it was begun earlier", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const first = await putPromotion(lake, "2026-09-01T02:03:04.000Z", JUNE);
  const second = await putPromotion(lake, "2026-09-02T02:03:04.000Z", JULY);
  logAttempt(first, { ...PROMOTE, error: "no" }, "2026-09-03T02:03:04.000Z");
  const statuses = (await look(lake)).sessions;
  assert.deepEqual(
    statuses.map(({ session }) => session),
    [first.record.session],
  );
  await writeSession({ ...first, record: { ...first.record, state: "finished" } });
  assert.deepEqual((await look(lake)).sessions, []);
  assert.equal(second.record.state, "unfinished");
});

test("a session ended by a signal was interrupted, not failed", async (t) => {
  const lake = temporaryLake(t);
  await makeUntestedRun(lake, AUGUST);
  const session = await putSession(lake);
  logAttempt(session, { task: "+main+seal", script: "scripts/seal_run.ts", exit: 143, error: "interrupted" });
  const status = await look(lake);
  assert.equal(status.sessions[0]?.state, "interrupted");
  assert.deepEqual(status.problems, [
    `main.dig, session 2026-09-01T02:03:04.000Z, run ${AUGUST}: interrupted in seal`,
  ]);
  assert.match(statusText(status).join("\n"), /^ {2}interrupted in seal: scripts\/seal_run\.ts: /m);
  const log = stageLog(session);
  const time = "2026-09-01T03:00:00.000Z";
  appendStageEvent(log, { event: "workflow began", time });
  appendStageEvent(log, { event: "workflow ended", time, exit: 143 });
  assert.deepEqual((await look(lake)).problems, [
    `main.dig, session 2026-09-01T02:03:04.000Z, run ${AUGUST}: interrupted`,
  ]);
});

test("refuses a missing directory and one that is not a lake in one line, but accepts an empty lake", async (t) => {
  const lake = temporaryLake(t);
  const { code, stdout } = await runMain(main, ["--lake", lake]);
  assert.equal(code, 0);
  assert.match(stdout, /active: none[\s\S]*no runs[\s\S]*next month: unknown[\s\S]*No problems\.\n$/);
  writeFileSync(join(lake, "a.txt"), "");
  for (const [dir, message] of [
    [join(lake, "nowhere"), /there is no lake .*nowhere: main\.dig creates it/],
    [join(lake, "a.txt"), /a\.txt is a file, but should be the directory of a lake/],
    [join(lake, "_runs"), /is not a lake: it has neither _runs\/ nor _meta\//],
  ] as const) {
    const refused = await runMain(main, ["--lake", dir]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, message);
  }
});

test("--json prints the same state", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const { stdout } = await runMain(main, ["--lake", lake, "--json"]);
  const json = JSON.parse(stdout);
  const { time: _, disk: __, ...rest } = await look(lake);
  const { time, disk, ...printed } = json;
  assert.deepEqual(printed, JSON.parse(JSON.stringify(rest)));
  assert.ok(Date.parse(time) > 0 && disk.used.total > 0);
});

test("the dump files of --raw-root, or else of DISCOGS_RAW, are counted", async (t) => {
  const lake = temporaryLake(t);
  const raw = temporaryDirectory(t);
  writeFileSync(join(raw, "discogs_20260901_labels.xml.gz"), "12345");
  const dumpsWith = async (args: string[], env: NodeJS.ProcessEnv) =>
    JSON.parse((await runMain(main, ["--lake", lake, "--json", ...args], env)).stdout).disk.dumps;
  assert.equal(await dumpsWith(["--raw-root", raw], { DISCOGS_RAW: join(raw, "nowhere") }), 5);
  assert.equal(await dumpsWith([], { DISCOGS_RAW: raw }), 5);
  assert.equal(await dumpsWith([], {}), null);
});

test("changes nothing in the lake", async (t) => {
  const lake = temporaryLake(t);
  await makeUntestedRun(lake, AUGUST);
  await makeSealedRun(lake, JUNE);
  await promote(lake, JUNE);
  const listing = async () => [...(await fileSizes(lake))].sort();
  const before = await listing();
  await look(lake);
  assert.deepEqual(await listing(), before);
});

test("the text names a finding once, although checks of two names report it", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const status = await look(lake);
  const [run] = status.runs;
  assert.ok(run !== undefined);
  const [typed, short] = [
    "artist_memberships_v1_typed.orphan_group_id",
    "artist_memberships_v1.orphan_group_ids",
  ];
  const checks = { total: 20, not_ok: [`WARN ${typed}`, "WARN a.rows", `WARN ${short}`], passed: true };
  const active_checks = { total: 9, not_ok: [`WARN ${short}`], passed: true };
  const text = statusText({ ...status, runs: [{ ...run, checks, active_checks }] });
  assert.deepEqual(
    text.filter((line) => / not ok[ :]/.test(line)),
    [
      `  ${run.run_id}: 3 not ok (2 findings): WARN ${short}, WARN a.rows`,
      `  ${run.run_id}: 1 not ok while active, with the same findings`,
    ],
  );
});

test("the text says once what is the same of several runs one after another", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const status = await look(lake);
  const [run] = status.runs;
  assert.ok(run !== undefined);
  const checks = { total: 20, not_ok: ["WARN a.rows"], passed: true };
  const other = { total: 21, not_ok: ["WARN b.rows"], passed: true };
  const runs = [checks, { ...checks, total: 21 }, other, checks].map((each, index) => ({
    ...run,
    run_id: `2026-0${index + 1}__20260920_080000`,
    checks: each,
  }));
  assert.deepEqual(
    statusText({ ...status, runs }).filter((line) => / not ok:/.test(line)),
    [
      "  2026-01__20260920_080000 to 2026-02__20260920_080000: 1 not ok: WARN a.rows",
      "  2026-03__20260920_080000: 1 not ok: WARN b.rows",
      "  2026-04__20260920_080000: 1 not ok: WARN a.rows",
    ],
  );
});

test("the text has the last five switches of active", async (t) => {
  const status = await look(temporaryLake(t));
  const history = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    time: `2026-07-0${day}T00:00:00.000Z`,
    action: "promote" as const,
    run_id: JUNE,
    previous: null,
  }));
  const text = statusText({ ...status, active: { ...status.active, history } });
  assert.deepEqual(
    text.filter((line) => line.includes(" promoted ")).map((line) => line.trim().slice(0, 10)),
    ["2026-07-03", "2026-07-04", "2026-07-05", "2026-07-06", "2026-07-07"],
  );
});

test("the text names the first checks that are not ok, and its end agrees with what was shown", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const status = await look(lake);
  const [run] = status.runs;
  assert.ok(run !== undefined);
  assert.equal(statusText(status).at(-1), "No problems.");
  const not_ok = ["a", "b", "c", "d", "e"].map((name) => `WARN ${name}.rows`);
  const checks = { total: 20, not_ok, passed: true };
  const active_checks = { total: 9, not_ok: not_ok.slice(0, 1), passed: true };
  const text = statusText({ ...status, runs: [{ ...run, checks, active_checks }] });
  assert.deepEqual(
    text.filter((line) => line.includes("WARN")),
    [`  ${run.run_id}: 5 not ok: WARN a.rows, WARN b.rows, WARN c.rows, and 2 more in its reports`],
  );
  assert.ok(text.includes(`  ${run.run_id}: 1 not ok while active, with the same findings`), text.join("\n"));
  assert.equal(text.at(-1), "No problems. Some checks reported warnings; see above.");
  const three = { ...checks, not_ok: not_ok.slice(0, 3) };
  assert.ok(
    statusText({ ...status, runs: [{ ...run, checks: three }] }).includes(
      `  ${run.run_id}: 3 not ok: WARN a.rows, WARN b.rows, WARN c.rows`,
    ),
  );
  const grown = { ...active_checks, total: 10, not_ok: ["WARN a.rows", "WARN f.rows"] };
  assert.ok(
    statusText({ ...status, runs: [{ ...run, checks, active_checks: grown }] }).includes(
      `  ${run.run_id}: 2 not ok while active, new: WARN f.rows`,
    ),
  );
  const failed = { ...active_checks, passed: false };
  const rolledBack = statusText({ ...status, runs: [{ ...run, checks, active_checks: failed }] });
  assert.equal(rolledBack.at(-1), "No problems. Some checks failed or reported warnings; see above.");
  const broken = statusText({ ...status, runs: [{ ...run, checks }], problems: ["the disk is full"] });
  assert.equal(broken.at(-1), "problem: the disk is full");
});

test("damaged files of the catalog and of the history are problems", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  const { duckdbCatalog, registryEvents, kpiEvents, kpiV2Events, changes } = lakePaths(lake);
  const recordChanges = join(changes, "record_changes");
  for (const dir of [duckdbCatalog, registryEvents, kpiEvents, kpiV2Events, recordChanges])
    mkdirSync(dir, { recursive: true });
  const write = (path: string, { columns }: EventTable) => {
    const values = columns.map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${name}`);
    return runUnfenced(
      `COPY (SELECT ${values.join(", ")} FROM range(9)) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
    );
  };
  for (const table of changeTables) {
    mkdirSync(table.directory(lake), { recursive: true });
    await write(join(table.directory(lake), "sound.parquet"), table);
  }
  assert.deepEqual((await look(lake)).problems, []);
  writeFileSync(join(duckdbCatalog, "discogs.json"), "");
  writeFileSync(join(duckdbCatalog, "discogs_r_x.json"), "{}");
  for (const dir of [registryEvents, recordChanges]) writeFileSync(join(dir, "half.parquet"), "PAR1 and");
  for (const dir of [kpiEvents, recordChanges])
    writeFileSync(join(dir, "wrong.parquet"), "PAR1 and nothing readable PAR1");
  const pages = join(kpiV2Events, "pages.parquet");
  await write(pages, kpiV2SnapshotEvents);
  assert.equal(
    (await look(lake)).problems.some((problem) => problem.includes(pages)),
    false,
  );
  writeFileSync(pages, readFileSync(pages).fill(0, 4, 60));
  const expected = [
    /duckdb_catalog\/discogs\.json is not JSON: .*; move it away, then run bin\/lake register_active$/,
    /duckdb_catalog\/discogs_r_x\.json: .*; move it away, then run bin\/lake register_run_schema --missing$/,
    /run_registry_events\/half\.parquet is not a complete Parquet file, .* run history_pipeline\.dig, which records/,
    /\/kpi_snapshot_events\/wrong\.parquet/,
    /a file in \S+\/kpi_v2_snapshot_events is damaged, or is not one of the history$/,
    /record_changes\/half\.parquet is not a complete Parquet file, .*: rename \S+\/changes, then run history_pipeline/,
    /record_changes\/wrong\.parquet/,
  ];
  const { problems } = await look(lake);
  assert.equal(problems.length, expected.length, problems.join("\n"));
  for (const [index, message] of expected.entries()) assert.match(problems[index] ?? "", message);
  await withLock(historyLockPath(lake), "recording", async () => {
    assert.equal((await look(lake)).problems.length, 2, "the history is being written");
  });
});
