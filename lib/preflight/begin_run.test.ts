import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { main } from "../../scripts/preflight.ts";
import { silentLogger } from "../cli/log.ts";
import { STAGE_LOG } from "../cli/stage_log.ts";
import { dumpEntities } from "../dump/raw_month.ts";
import { buildingDir, inRun, sealedDir } from "../files/paths.ts";
import { openBuilding, runFile } from "../lake/building.ts";
import { datasetName } from "../lake/done.ts";
import { chosenDatasets } from "../lake/run_datasets.ts";
import { runMain } from "../testing/run_main.ts";
import { beginRun, type RunRequest } from "./begin_run.ts";

let base: string;
let lake: string;
let raw: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "begin-run-"));
  lake = join(base, "lake");
  raw = join(base, "raw");
  await putDumps("2026-07");
});
afterEach(() => rm(base, { recursive: true }));

async function putDumps(month: string): Promise<void> {
  await mkdir(join(raw, month), { recursive: true });
  const date = `${month.replace("-", "")}01`;
  for (const entity of dumpEntities) {
    await writeFile(join(raw, month, `discogs_${date}_${entity}.xml.gz`), entity);
  }
}

const SESSION = "2026-08-02T03:04:05+00:00";
const RUN = "2026-07__20260802_030405";

function request(selection: object = {}, change: Partial<RunRequest> = {}): RunRequest {
  return {
    selection: { lake, "session-time": SESSION, ...selection },
    rawRoot: raw,
    runMode: "dev",
    datasets: "all",
    parameters: { allow_promote: "true" },
    downloads: false,
    inOrder: false,
    log: silentLogger,
    ...change,
  };
}

test("creates the directory of a new run and its run.json with the dump files", async () => {
  assert.deepEqual(await beginRun(request()), { runId: RUN, state: "new" });
  const dir = buildingDir(lake, RUN);
  const run = runFile.parse(JSON.parse(await readFile(inRun.runFile(dir), "utf8")));
  assert.deepEqual([run.dump_month, run.dump_date, run.run_mode], ["2026-07", "2026-07-01", "dev"]);
  assert.deepEqual(run.parameters, { allow_promote: "true", datasets: "all" });
  assert.deepEqual(
    run.datasets,
    chosenDatasets("all").map(({ directory }) => datasetName(directory)),
  );
  assert.deepEqual(
    run.sources.map(({ entity, name, path, size }) => [entity, name, path, size]),
    dumpEntities.map((entity) => {
      const name = `discogs_20260701_${entity}.xml.gz`;
      return [entity, name, join(raw, "2026-07", name), entity.length];
    }),
  );
});

test("resumes a run only with the datasets it was begun with", async () => {
  await assert.rejects(beginRun(request({}, { datasets: "release_track_v1" })), {
    message: /^datasets must be .*: not "release_track_v1", did you mean release_tracks_v1\?$/,
  });
  const credits = "release_credits_v1";
  assert.deepEqual(await beginRun(request({}, { datasets: credits })), { runId: RUN, state: "new" });
  const { run } = await openBuilding(lake, RUN);
  assert.equal(run.parameters.datasets, credits);
  assert.ok(run.datasets?.includes(credits) && run.datasets.includes("release_tracks_v1"), "with its tracks");
  for (const datasets of ["all", "historical", "release_tracks_v1"]) {
    await assert.rejects(beginRun(request({}, { datasets })), {
      message: new RegExp(
        `^run ${RUN} was begun with datasets=${credits}, not ${datasets}: finish it that way, or remove it with ` +
          `bin/lake discard_run ${RUN}$`,
      ),
    });
  }
  const same = `release_tracks_v1, ${credits}`;
  assert.deepEqual(await beginRun(request({}, { datasets: same })), { runId: RUN, state: "resumed" });
});

test("the same session resumes the run, even after newer dumps arrived, and keeps its mode", async () => {
  await beginRun(request());
  await putDumps("2026-08");
  assert.deepEqual(await beginRun(request()), { runId: RUN, state: "resumed" });
  await assert.rejects(beginRun(request({}, { runMode: "prod" })), {
    message: new RegExp(`run ${RUN} was begun with run_mode=dev, not prod: .*discard_run ${RUN}$`),
  });
});

test("an attempt resumes a run of an earlier one, but not the run that it began itself", async () => {
  const attemptBegan = Date.now();
  assert.deepEqual(await beginRun(request({}, { attemptBegan })), { runId: RUN, state: "new" });
  assert.deepEqual(await beginRun(request({}, { attemptBegan })), { runId: RUN, state: "ready" });
  const later = { attemptBegan: Date.now() + 60_000 };
  assert.deepEqual(await beginRun(request({}, later)), { runId: RUN, state: "resumed" });
});

test("begins a run whose beginning was interrupted in an earlier version", async () => {
  await mkdir(inRun.reports(buildingDir(lake, RUN)), { recursive: true });
  assert.deepEqual(await beginRun(request()), { runId: RUN, state: "new" });
  assert.deepEqual(await beginRun(request()), { runId: RUN, state: "resumed" });
});

test("leaves a sealed run, and one about to be sealed, alone", async () => {
  await beginRun(request());
  const dir = buildingDir(lake, RUN);
  await rename(inRun.runFile(dir), inRun.manifest(dir));
  assert.deepEqual(await beginRun(request()), { runId: RUN, state: "being sealed" });
  await rename(dir, sealedDir(lake, RUN));
  assert.deepEqual(await beginRun(request({}, { rawRoot: undefined })), { runId: RUN, state: "sealed" });
});

test("run id and dump month must agree", async () => {
  await putDumps("2026-08");
  const runId = "2026-08__20260101_000000";
  assert.deepEqual(await beginRun(request({ "run-id": runId })), { runId, state: "new" });
  await assert.rejects(beginRun(request({ "run-id": runId, "dump-month": "2026-07" })), {
    message: `dump_month is 2026-07, but run_id ${runId} is of 2026-08: give only one of them`,
  });
  await assert.rejects(beginRun(request({ "run-id": "../x" })), /"\.\.\/x" is not a run id/);
});

test("names missing dumps, unless they will be downloaded", async () => {
  const june = { "dump-month": "2026-06" };
  await assert.rejects(beginRun(request(june)), /there is no directory .*2026-06: download the month/);
  const awaiting = await beginRun(request(june, { downloads: true }));
  assert.deepEqual(awaiting, { runId: "2026-06__20260802_030405", state: "awaiting dumps" });
  await putDumps("2026-06");
  assert.equal((await beginRun(request(june, { downloads: true }))).state, "new");
  const nowhere = request({ "session-time": "2026-08-09T00:00:00Z" }, { rawRoot: undefined });
  await assert.rejects(beginRun(nowhere), /raw_root is missing \(or set DISCOGS_RAW\)/);
});

test("does not begin a run to be promoted if its month is older than the active run's", async () => {
  const newer = "2026-08__20260901_000000";
  await mkdir(sealedDir(lake, newer), { recursive: true });
  await symlink(join("_runs", newer), join(lake, "active"));
  const refusal = {
    message: new RegExp(`^run ${RUN} is of 2026-07, .* active run ${newer}: .*allow_older=true`),
  };
  await assert.rejects(beginRun(request({}, { inOrder: true })), refusal);
  assert.deepEqual(await readdir(join(lake, "_runs")), [newer], "nothing is created");
  const june = request({ "dump-month": "2026-06" }, { inOrder: true, downloads: true });
  await assert.rejects(beginRun(june), /is of 2026-06/, "nor downloaded");
  assert.equal((await beginRun(request())).state, "new");
  await assert.rejects(beginRun(request({}, { inOrder: true })), refusal, "nor resumed");
  await putDumps("2026-08");
  const same = request({ "session-time": "2026-08-01T00:00:00Z" }, { inOrder: true });
  assert.deepEqual(await beginRun(same), { runId: "2026-08__20260801_000000", state: "new" });
});

test("reports a month with two dates and the date used", async () => {
  for (const entity of dumpEntities)
    await writeFile(join(raw, "2026-07", `discogs_20260709_${entity}.xml.gz`), "x");
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  await beginRun(request({}, { log }));
  assert.deepEqual(warnings, ["2026-07 has files of 2 dates: using 2026-07-09, ignoring 2026-07-01"]);
});

test("refuses a checksum file that does not list all four files before creating anything", async () => {
  const path = join(raw, "2026-07", "discogs_20260701_CHECKSUM.txt");
  const line = (entity: string) => `${"0".repeat(64)} discogs_20260701_${entity}.xml.gz\n`;
  await writeFile(path, ["artists", "labels"].map(line).join(""));
  await assert.rejects(beginRun(request()), {
    message:
      `${path} has no checksum of discogs_20260701_masters.xml.gz, discogs_20260701_releases.xml.gz: fetch it again, ` +
      "or remove it to skip checksums",
  });
  await writeFile(path, dumpEntities.map(line).join(""));
  assert.equal((await beginRun(request())).state, "new");
});

test("a session that has a run of another month is refused", async () => {
  await putDumps("2026-08");
  await beginRun(request({ "dump-month": "2026-07" }));
  const refused =
    /session 2026-08-02T03:04:05\+00:00 has run 2026-07__20260802_030405.* begin another session for 2026-08/;
  await assert.rejects(beginRun(request({ "dump-month": "2026-08" })), refused);
  await rename(buildingDir(lake, RUN), sealedDir(lake, RUN));
  await assert.rejects(beginRun(request({ "dump-month": "2026-08" })), refused);
  const other = await beginRun(
    request({ "dump-month": "2026-08", "session-time": "2026-08-02T03:04:06+00:00" }),
  );
  assert.equal(other.state, "new");
});

test("a session at midnight, as Digdag's are by default, is warned of, unless bin/digdag began it", async () => {
  await mkdir(lake);
  const given = ["--lake", lake, "--raw-root", raw, "--session-time", "2026-08-02T00:00:00+00:00"];
  const alone = await runMain(main, given);
  assert.equal(alone.code, 0, alone.stderr);
  assert.match(alone.stderr, /warning: the session is of midnight.*start each run with --session/);
  const launched = await runMain(main, given, { [STAGE_LOG]: join(base, "stages") });
  assert.equal(launched.code, 0, launched.stderr);
  assert.doesNotMatch(launched.stderr, /midnight/);
});

test("the script refuses a wrong value of a later step, and looks at a store only for what will be promoted", async () => {
  const given = ["--lake", lake, "--raw-root", raw, "--session-time", SESSION];
  const refused = await runMain(main, [...given, "--accept-drift", "relases_v6.status"]);
  assert.deepEqual([refused.code, /did you mean releases_v6\.status\?$/m.test(refused.stderr)], [2, true]);
  await assert.rejects(readdir(lake), { code: "ENOENT" });
  const store = ["--publish-to", "s3://music/lake", "--endpoint", "http://127.0.0.1:1"];
  const begun = await runMain(main, [...given, ...store, "--run-mode", "prod"]);
  assert.deepEqual([begun.code, begun.stdout], [0, `${RUN}\n`], begun.stderr);
  assert.equal((await openBuilding(lake, RUN)).run.run_mode, "prod");
  const next = ["--lake", lake, "--raw-root", raw, "--run-id", "2026-08__20260902_030405"];
  const downloading = await runMain(main, [...next, "--do-download", "true"]);
  assert.match(downloading.stderr, / waiting for its dumps to be downloaded\n$/);
});

test("the script asks for the order of months only if the run will be promoted, and unless told otherwise", async () => {
  const newer = "2026-08__20260901_000000";
  await mkdir(sealedDir(lake, newer), { recursive: true });
  await symlink(join("_runs", newer), join(lake, "active"));
  const given = ["--lake", lake, "--raw-root", raw, "--session-time", SESSION];
  for (const [args, code] of [
    [["--to-promote"], 2],
    [["--to-promote", "--allow-older", "true"], 0],
    [[], 0],
  ] as const) {
    const ended = await runMain(main, [...given, ...args]);
    assert.equal(ended.code, code, ended.stderr);
  }
});
