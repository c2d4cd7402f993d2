import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { silentLogger } from "../../lib/cli/log.ts";
import { shellWord } from "../../lib/cli/shell_words.ts";
import { enginePlaces, requireEngine } from "../../lib/digdag/engine.ts";
import { digdagJava } from "../../lib/digdag/java.ts";
import { type Finished, finish } from "../../lib/digdag/testing/digdag_project.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { sealedDir } from "../../lib/files/paths.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { readManifest } from "../../lib/lake/manifest.ts";
import { listRuns } from "../../lib/lake/runs.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { writeSampleDump } from "../../lib/sample/write_sample_dump.ts";
import type { ShownCommand } from "../../lib/testing/fenced.ts";
import { runMain } from "../../lib/testing/run_main.ts";
import { main as promote } from "../../scripts/promote.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { ofWorkflows } from "./pages.ts";

// Runs the commands of Digdag in README and docs/ that no other test runs, with the real engine, on one tiny lake.

const SIZE = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 9 };
const scratch = scratchDirectory();
const project = join(scratch, "project");
const lake = join(scratch, "hive-data");
const raw = join(scratch, "raw");
const programs = join(scratch, "bin");
const out = join(scratch, "tmp");

/** This checkout, except that its folder of workflows is a copy: without bin/digdag, Digdag keeps its status there. */
function makeProject(): void {
  mkdirSync(project);
  for (const name of readdirSync(projectRoot)) {
    if (name !== "digdag") symlinkSync(join(projectRoot, name), join(project, name));
  }
  cpSync(join(projectRoot, "digdag"), join(project, "digdag"), { recursive: true });
}

/** A program `digdag` like that of the official distribution: the engine alone, without bin/digdag. */
async function makeDigdag(): Promise<void> {
  const classPath = await requireEngine(enginePlaces(process.env), process.env, silentLogger);
  const options = ["-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.lang=ALL-UNNAMED"];
  const java = [digdagJava(process.env), ...options, "-cp", classPath, "io.digdag.cli.Main"];
  const words = java.map(shellWord).join(" ");
  mkdirSync(programs);
  writeFileSync(join(programs, "digdag"), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

before(async () => {
  await writeSampleDump({ out: raw, month: "2026-09", ...SIZE });
  mkdirSync(out);
  makeProject();
  await makeDigdag();
});

const left = new Set(ofWorkflows.map(({ command }) => command));

/** The command of a page, which is then done. */
function shown(pattern: RegExp): ShownCommand {
  const found = ofWorkflows.find(({ command }) => pattern.test(command));
  assert.ok(found !== undefined, `${pattern}`);
  left.delete(found.command);
  return found;
}

function run(command: string): Promise<Finished> {
  const env = userEnv({
    DISCOGS_DATA_LAKE: lake,
    DISCOGS_RAW: raw,
    PATH: `${programs}:${process.env.PATH}`,
  });
  return finish(spawn("bash", ["-euc", command], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs a command that must succeed, and returns its stdout. */
async function succeeded(command: string): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** The datasets of the newest run. */
async function newestRun() {
  const runId = (await listRuns(lake)).runs.at(-1)?.runId ?? "";
  return { runId, datasets: Object.keys((await readManifest(sealedDir(lake, runId)))?.datasets ?? {}) };
}

test("chosen datasets are built with those that they refer to", async () => {
  await succeeded(shown(/ datasets=/).command);
  const { runId, datasets } = await newestRun();
  for (const name of ["release_credits_v1", "artist_names_v1", "release_tracks_v1", "releases_v6"])
    assert.ok(datasets.includes(name), name);
  assert.ok(!datasets.includes("release_videos_v1"));
  assert.equal((await runMain(promote, ["--lake", lake, runId])).code, 0);
  assert.equal((await runMain(registerActive, ["--lake", lake])).code, 0);
});

test("the result of a query as CSV", async () => {
  const command = shown(/run_sql_to_csv/).command.replace("/tmp", out);
  await succeeded(command);
  assert.deepEqual(
    readdirSync(out).map((name) => name.replace(/_\d{8}_\d{6}.*\.csv$/, ".csv")),
    ["countries.csv"],
  );
});

test("Digdag itself, without bin/digdag, runs main.dig in a session that is named", async () => {
  const before = await newestRun();
  const stdout = await succeeded(shown(/digdag run main\.dig --session /).command);
  const { runId, datasets } = await newestRun();
  assert.ok(runId.startsWith("2026-09__") && !runId.endsWith("_000000"), runId);
  assert.notEqual(runId, before.runId);
  assert.ok(datasets.includes("release_videos_v1"));
  assert.doesNotMatch(stdout, /session .*T00:00:00/);
});

test("a mistyped parameter is refused as the page shows it", async () => {
  const { command, output } = shown(/run_mdoe/);
  const { code, stderr } = await run(command);
  assert.deepEqual([code, stderr], [2, output.trimStart().replace(/\n+$/, "\n")]);
});

test("what bin/digdag tells of the workflows", async () => {
  await succeeded(shown(/digdag check$/).command);
  assert.match(await succeeded(shown(/digdag --help$/).command), /^Usage: /m);
  assert.match(await succeeded(shown(/promote\.dig --help$/).command), /^Makes a sealed run the active one/);
});

test("every command is run", () => {
  assert.deepEqual([...left], []);
});
