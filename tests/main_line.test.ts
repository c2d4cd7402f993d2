import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { extractedDatasets, warehouseDatasets } from "../lib/datasets/index.ts";
import { type Finished, finish } from "../lib/digdag/testing/digdag_project.ts";
import { userEnv } from "../lib/digdag/testing/user_env.ts";
import { publishMonth } from "../lib/download/testing/published_month.ts";
import { namesIn } from "../lib/files/files.ts";
import { buildingDir, inRun, lakePaths, sealedDir } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { datasetName } from "../lib/lake/done.ts";
import { type Manifest, readManifest } from "../lib/lake/manifest.ts";
import { listRuns } from "../lib/lake/runs.ts";
import { runProblems } from "../lib/lake/verify.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";
import { testEngines } from "../lib/testing/engines.ts";
import { killNow } from "../lib/testing/faults/main_processes.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";
import { until } from "../lib/testing/until.ts";

// Runs the whole chain with the real Digdag: main.dig from the download to a promoted run with its report, by commands of README
// and digdag/README.md.

const SIZE = { artists: 300, labels: 100, masters: 150, releases: 900, seed: 7 } as const;
const MONTHS = ["2026-07", "2026-08", "2026-09"];
const [FIRST = ""] = MONTHS;

const base = mkdtempSync(join(tmpdir(), "main-line-"));
const raw = join(base, "raw");

before(async () => {
  for (const [index, month] of MONTHS.entries()) {
    await writeSampleDump({ out: raw, month, ...SIZE, growthPercent: index * 3 });
  }
});

after(() => {
  execFileSync("chmod", ["-R", "u+w", base]);
  rmSync(base, { recursive: true });
});

interface StartOptions {
  rawRoot?: string;
  env?: NodeJS.ProcessEnv;
  flags?: string[];
}

/** Starts a command like `bin/digdag run main.dig -p run_mode=prod`. */
function start(
  lake: string,
  command: string,
  { rawRoot = raw, env = {}, flags = ["--verbose"] }: StartOptions = {},
): ChildProcess {
  const [program = "", ...args] = command.split(" ");
  return spawn(join(projectRoot, program), [...args, ...flags], {
    env: userEnv({ ...env, DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: rawRoot }),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const run = (...args: Parameters<typeof start>): Promise<Finished> => finish(start(...args));

/** Runs a command that must succeed, and returns its stdout. */
async function succeeded(...args: Parameters<typeof start>): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** Runs a script to its end, on the embedded engine. */
function runScript(name: string, ...args: string[]): void {
  const env = { ...process.env, TRINO_URL: "" };
  execFileSync(process.execPath, scriptArguments(`scripts/${name}`, ...args), { env, stdio: "ignore" });
}

/** Runs main.dig on a month in prod mode and returns the promoted run's id. */
async function promoted(lake: string, month: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  await succeeded(lake, `bin/digdag run main.dig -p run_mode=prod -p dump_month=${month}`, { env });
  const runId = activeRun(lake);
  assert.ok(runId.startsWith(`${month}__`), runId);
  return runId;
}

/**
 * Parses the stage times in an output of main.dig, one table per run of it: seconds by stage. Fails if a share does not match
 * the seconds, or a stage exceeds the total.
 */
function stageTables(stdout: string): Map<string, number>[] {
  const [, ...tables] = stdout.split(/^main\.dig, session .*:$/m);
  return tables.map((text) => {
    const whole = Number(/^([\d.]+) s in all: /m.exec(text)?.[1]);
    const lines = text.matchAll(/^ *([\d.]+) +([\d.]+) +(\d+) % .*\| {2}(\S.*)$/gm);
    const rows = [...lines].map(([line, start, seconds, share, stage = ""]) => {
      assert.ok(Number(start) + Number(seconds) <= whole + 0.1, `${line} of ${whole} s`);
      assert.ok(Math.abs(Number(share) - (Number(seconds) / whole) * 100) <= 1.5, `${line} of ${whole} s`);
      return [stage, Number(seconds)] as const;
    });
    return new Map(rows);
  });
}

/** The stages of main.dig, as named in its table. */
const STAGES = [
  "parameters",
  "preflight",
  "download/check_dumps",
  "begin/preflight",
  "datasets/releases/ingest/releases",
  "datasets/releases/use/build/build_release_artists_xref_v1",
  "datasets/releases/use/build/build_release_label_xref_v1",
  "datasets/releases/use/build/build_release_style_genre_xref_v1",
  "datasets/releases/use/build/build_artist_credits_v1",
  "datasets/releases/use/test",
  "datasets/others/ingest/artists",
  "datasets/others/ingest/masters",
  "datasets/others/ingest/labels",
  "datasets/others/build/rebuild_artist_name_map_v1",
  "datasets/others/build/rebuild_artist_name_map_v2",
  "datasets/others/test",
  "tests_parquet_run/checks/parquet_sanity",
  "tests_parquet_run/checks/sanity_report",
  "tests_parquet_run/checks/drift_gate",
  "seal",
  "promote",
  "promote/register_active/register",
  "active/tests_parquet_active/parquet_sanity",
  "active/report_trino_active/sanity_report",
  "active/page",
];

function activeRun(lake: string): string {
  return basename(readlinkSync(lakePaths(lake).active));
}

async function manifestOf(lake: string, runId: string): Promise<Manifest> {
  const dir = sealedDir(lake, runId);
  const manifest = await readManifest(dir);
  assert.ok(manifest !== undefined, `${dir} has no manifest`);
  assert.deepEqual(await runProblems(dir, manifest), []);
  return manifest;
}

/** Every data file of a run with its hash. */
async function dataFiles(lake: string, runId: string): Promise<Record<string, string>> {
  const { datasets } = await manifestOf(lake, runId);
  const files = Object.values(datasets).flatMap(({ directory, files }) =>
    files.map(({ name, sha256 }) => [`${directory}/${name}`, sha256]),
  );
  assert.ok(files.length >= 12);
  return Object.fromEntries(files);
}

/** The newest report of an engine on the active run. */
async function activeReport(lake: string, runId: string, engine: string): Promise<string> {
  const dir = inRun.reports(sealedDir(lake, runId));
  const name = (await namesIn(dir)).filter((each) => each.startsWith(`${engine}_sanity_active_`)).at(-1);
  assert.ok(name !== undefined, `no report of ${engine} in ${dir}`);
  return readFileSync(join(dir, name), "utf8");
}

/** The pages that a run's promotions have written. */
async function pagesOf(lake: string, runId: string): Promise<string[]> {
  const names = await namesIn(inRun.reports(sealedDir(lake, runId)));
  return names.filter((name) => name.startsWith("index_"));
}

const calm = join(base, "calm");
let undisturbed: Record<string, string> = {};

test("a month is downloaded and becomes a sealed, promoted and reported run with the sample's rows", async (t) => {
  const server = await publishMonth(t, { out: raw, month: FIRST, ...SIZE });
  const stdout = await succeeded(
    calm,
    "bin/digdag run main.dig -p run_mode=prod -p dump_month=2026-07 -p do_download=true",
    { rawRoot: join(base, "downloaded"), env: { DISCOGS_BASE_URL: server.url } },
  );
  const runId = activeRun(calm);
  assert.ok(runId.startsWith(`${FIRST}__`), runId);
  const [times = new Map(), ...others] = stageTables(stdout);
  const stages = [...STAGES, "download/fetch/download_dumps"];
  assert.deepEqual([[...times.keys()].sort(), others], [stages.sort(), []], stdout);
  undisturbed = await dataFiles(calm, runId);
  const { datasets, run_mode, sources } = await manifestOf(calm, runId);
  const sample = JSON.parse(readFileSync(join(raw, FIRST, "sample.json"), "utf8")).summary;
  for (const [directory, expected] of Object.entries<{ rows: number; counts: object }>(sample.datasets)) {
    assert.equal(datasets[directory]?.rows, expected.rows, directory);
    assert.deepEqual(datasets[directory]?.counts, expected.counts, directory);
  }
  for (const [name, rows] of Object.entries<number>(sample.details)) {
    assert.equal(datasets[name]?.rows, rows, name);
  }
  assert.equal(run_mode, "prod");
  assert.equal(sources.length, 4);
  const lines = (await activeReport(calm, runId, "duckdb")).split("\n");
  assert.equal(lines[0], "check_name,severity,value,ok,details");
  assert.ok(
    lines.includes("releases_ref_v6.null_release_id,CRITICAL,0,true,rows without release_id"),
    lines.join("\n"),
  );
  assert.equal((await pagesOf(calm, runId)).length, 1);
});

test("promotes the next month over it, builds the newest in dev mode, promotes that, and rolls back twice", async () => {
  const first = activeRun(calm);
  const quiet = await run(calm, "bin/digdag run main.dig -p run_mode=prod -p dump_month=2026-08", {
    flags: [],
  });
  const second = activeRun(calm);
  assertQuiet(quiet, [
    `main.dig succeeded: run ${second} is sealed`,
    `active: ${second}, promoted (before: ${first})`,
    `next: DISCOGS_DATA_LAKE=${calm} bin/digdag run history_pipeline.dig`,
  ]);
  const log = readFileSync(join(lakePaths(calm).logs, "main", `${second.split("__")[1]}.log`), "utf8");
  assert.match(log, /^ok +CRITICAL +releases_v6\.null_release_id /m, "what is not shown is in the log");

  const built = await succeeded(calm, "bin/digdag run main.dig", { flags: [] });
  const [, third = ""] = /^main\.dig succeeded: run (2026-09__\S+) is sealed$/m.exec(built) ?? [];
  const promote = `bin/digdag run promote.dig -p promote_run_id=${third}`;
  assert.deepEqual(built.trimEnd().split("\n").slice(-2), [
    `active: still ${second}, main.dig promotes only with run_mode=prod`,
    `next: DISCOGS_DATA_LAKE=${calm} ${promote}`,
  ]);
  assert.deepEqual(await pagesOf(calm, third), []);
  await succeeded(calm, promote);
  assert.equal(activeRun(calm), third);
  for (const before of [second, first]) {
    await succeeded(calm, "bin/digdag run rollback.dig");
    assert.equal(activeRun(calm), before);
  }
  for (const run of [first, second, third])
    assert.equal((await pagesOf(calm, run)).length, 1, `${run} was promoted once`);
});

/** Asserts that a workflow showed a line per stage, each check that is not ok once, and these closing lines. */
function assertQuiet({ code, stdout, stderr }: Finished, closing: string[]): void {
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trimEnd().split("\n"), closing);
  const lines = stderr.trimEnd().split("\n");
  const stages = lines.filter((line) => /^\d\d:\d\d:\d\d ok {2,}[\d.]+ s {2}\w+/.test(line));
  assert.equal(stages.length, STAGES.length + 1, `${stderr}: each stage, and the table of times`);
  const datasets = extractedDatasets.filter(({ entity }) => entity === "release").length;
  assert.ok(
    stages.some((line) => new RegExp(`ingest: releases, [\\d,]+ rows in ${datasets} datasets`).test(line)),
    stderr,
  );
  assert.ok(
    stages.some((line) => /parquet_sanity: releases, \d+ checks ok/.test(line)),
    stderr,
  );
  const warnings = lines.filter((line) => /^ +warning {2}\S+ = \d+: /.test(line));
  const orphans = warnings.filter((line) => /group_ids that are not in artists_v1_typed/.test(line));
  assert.equal(orphans.length, 1, `${stderr}: two checks report them`);
  const found = warnings.map((line) => line.slice(line.indexOf(" = ")));
  assert.deepEqual(found, [...new Set(found)]);
  const others = lines.filter((line) => !stages.includes(line) && !warnings.includes(line));
  assert.ok(
    others.every((line) => / new session | running: /.test(line)),
    others.join("\n"),
  );
}

/** How a run is interrupted, and when: once something with this name is in its building directory. */
const BREAKS: [string, string, string, (launcher: ChildProcess, lake: string) => void][] = [
  ["everything in the middle of ingest", "", "_tmp.releases_v6.", killAll],
  ["digdag alone in the middle of ingest", "_done", "artists_v1_typed.json", killEngine],
  ["digdag alone in the middle of the warehouse", "warehouse_discogs", "_tmp.", killEngine],
  ["everything while the tests run", "_reports", "parquet_sanity_", killAll],
];

function killAll(launcher: ChildProcess, lake: string): void {
  for (const pid of processesOf(lake)) killNow({ pid });
  launcher.kill("SIGKILL");
}

function killEngine(_: ChildProcess, lake: string): void {
  const engines = processesOf(lake, "java");
  assert.equal(engines.length, 1);
  for (const pid of engines) process.kill(pid, "SIGKILL");
}

/** Processes of a program (`""` = any) whose environment names the lake. */
function processesOf(lake: string, program = ""): number[] {
  const lines = execFileSync("ps", ["eww", "-A", "-o", "pid=,args="], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return lines
    .split("\n")
    .filter(
      (line) =>
        new RegExp(`^ *\\d+ \\S*${program}`).test(line) && line.includes(`DISCOGS_DATA_LAKE=${lake} `),
    )
    .map((line) => Number.parseInt(line, 10));
}

for (const [index, [what, folder, prefix, kill]] of BREAKS.entries()) {
  test(`killed (${what}) and repeated, it completes with the same bytes`, async () => {
    const lake = join(base, `killed-${index}`);
    const launcher = start(lake, `bin/digdag run main.dig -p run_mode=prod -p dump_month=${FIRST}`);
    const ended = finish(launcher);
    await until(`${folder}/${prefix}* is there`, () => isInBuilding(lake, folder, prefix), 90);
    kill(launcher, lake);
    assert.notEqual((await ended).code, 0);
    assert.deepEqual((await listRuns(lake)).runs, []);
    const runId = await promoted(lake, FIRST);
    assert.deepEqual(await dataFiles(lake, runId), undisturbed);
    assert.deepEqual((await listRuns(lake)).building, []);
  });
}

function isInBuilding(lake: string, folder: string, prefix: string): boolean {
  try {
    const found = execFileSync(
      "find",
      [join(lake, "_runs"), "-path", `*_building.*/${join(folder, prefix)}*`],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    return found !== "";
  } catch {
    // find exits with 1 while the lake does not exist yet, or when something disappears.
    return false;
  }
}

test("a run that fails a check is neither sealed nor promoted, and can be discarded", async () => {
  const lake = join(base, "failing");
  const bad = join(base, "bad");
  await writeSampleDump({ out: bad, month: FIRST, ...SIZE });
  const dump = join(bad, FIRST, `discogs_${FIRST.replace("-", "")}01_releases.xml.gz`);
  const xml = gunzipSync(readFileSync(dump)).toString("utf8");
  const first = xml.slice(xml.indexOf("<release "), xml.indexOf("</release>") + "</release>".length);
  writeFileSync(dump, gzipSync(xml.replace("</releases>", `${first}\n</releases>`)));
  rmSync(join(bad, FIRST, `discogs_${FIRST.replace("-", "")}01_CHECKSUM.txt`));
  const failed = await run(lake, `bin/digdag run main.dig -p run_mode=prod -p dump_month=${FIRST}`, {
    rawRoot: bad,
    flags: [],
  });
  assert.notEqual(failed.code, 0);
  assert.match(
    failed.stderr,
    /^\S+ FAILED +[\d.]+ s {2}parquet_sanity: releases, .*\(datasets\/releases\/use\/test, exit 1\)$/m,
  );
  assert.match(failed.stderr, /^ +tests\/parquet_sanity\.ts: error: .*releases_v6\.duplicate_release_id/m);
  assert.match(failed.stderr, /^ +FAILED {3}releases_v6\.duplicate_release_id = 1: /m);
  assert.match(failed.stderr, /full log: .*\/_meta\/logs\/main\/\d{8}_\d{6}\.log$/m);
  assert.match(
    failed.stdout,
    /^main\.dig failed in datasets\/releases\/use\/test: run \S+ is unfinished\nactive: no run yet, /,
  );
  const { runs, building } = await listRuns(lake);
  assert.deepEqual(runs, []);
  assert.equal(building.length, 1);
  assert.throws(() => activeRun(lake), { code: "ENOENT" });
  const [unfinished = ""] = building;
  const again = await succeeded(lake, `bin/digdag run build.dig -p run_id=${unfinished}`);
  assert.match(again, /artist_name_map_v1/);
  runScript("discard_run.ts", unfinished, "--lake", lake);
  await promoted(lake, FIRST);
});

test("a truncated dump fails alone, and after a fix the same run resumes with the same bytes", async () => {
  const lake = join(base, "cut off");
  const damaged = join(base, "damaged");
  await writeSampleDump({ out: damaged, month: FIRST, ...SIZE });
  const dump = join(damaged, FIRST, `discogs_${FIRST.replace("-", "")}01_labels.xml.gz`);
  const whole = readFileSync(dump);
  writeFileSync(dump, whole.subarray(0, whole.length / 2));
  const command = "bin/digdag run main.dig -p run_mode=prod";
  const failed = await run(lake, command, { rawRoot: damaged });
  assert.equal(failed.code, 1);
  const reason =
    /labels: pipelines\/ingest\.ts: error: .*labels\.xml\.gz: record \d+, byte \d+: unexpected end of file$/;
  assert.match(failed.stderr.trim().split("\n").at(-2) ?? "", reason, "before the log is named");
  const { runs, building } = await listRuns(lake);
  const [runId = ""] = building;
  assert.deepEqual([runs, building.length], [[], 1]);
  assert.throws(() => activeRun(lake), { code: "ENOENT" });
  const dir = buildingDir(lake, runId);
  const done = await namesIn(inRun.done(dir));
  const ofLabels = extractedDatasets
    .filter(({ entity }) => entity === "label")
    .map(({ directory }) => directory);
  const waiting = ["artist_name_map_v1", "artist_name_map_v2", ...ofLabels];
  const made = [...extractedDatasets, ...warehouseDatasets].map(({ directory }) => datasetName(directory));
  const kept = made.filter((name) => !waiting.includes(name));
  assert.deepEqual(done, kept.map((name) => `${name}.json`).sort(), "all but what the labels kept waiting");
  const entries = [...(await namesIn(dir)), ...(await namesIn(join(dir, "warehouse_discogs")))];
  assert.deepEqual(
    entries.filter((name) => name.startsWith("_tmp.") || waiting.includes(name)),
    [],
  );
  writeFileSync(dump, whole);
  const stdout = await succeeded(lake, command, { rawRoot: damaged });
  assert.equal(activeRun(lake), runId);
  assert.deepEqual(await dataFiles(lake, runId), undisturbed);
  assert.doesNotMatch(stdout, /releases_v6: from /, "datasets of unchanged dumps are kept");
  const tables = stageTables(stdout).map((table) => [...table.keys()]);
  const first = STAGES.filter((stage) =>
    /^(parameters|preflight|download|begin|datasets\/(releases|.*(artists|masters)$))/.test(stage),
  );
  assert.deepEqual(
    tables.map((names) => names.sort()),
    [[...first, "datasets/others/ingest/labels (exit 2)"].sort(), [...STAGES].sort()],
    stdout,
  );
});

for (const engine of testEngines.filter(({ name }) => name !== "duckdb")) {
  test(`the whole chain passes on ${engine.name}, with the same report as on the embedded engine`, async () => {
    const lake = join(base, engine.name);
    mkdirSync(lake);
    const { env, stop } = await engine.start(lake);
    try {
      const runId = await promoted(lake, FIRST, env);
      assert.deepEqual(await dataFiles(lake, runId), undisturbed);
      runScript("register_active.ts", "--lake", lake);
      await succeeded(lake, "bin/digdag run report_trino_active.dig");
      assert.equal(await activeReport(lake, runId, engine.name), await activeReport(lake, runId, "duckdb"));
    } finally {
      await stop();
    }
  });
}
