import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
  artistNameMapV1,
  labelReleaseCountsV1,
  releaseArtistsV1,
  releaseGenreXrefV1,
  releaseLabelXrefV1,
  releaseStyleXrefV1,
  type WarehouseDataset,
} from "../datasets/warehouse.ts";
import { ingestedDirectories, ingestedDumps } from "../extract/ingest_run.ts";
import { requiredDirectories } from "../lake/building.ts";
import { datasetName } from "../lake/done.ts";
import { inputsOf } from "../warehouse/inputs.ts";
import { projectRoot, workflowFolders } from "./places.ts";
import { type Finished, finish } from "./testing/digdag_project.ts";

// The project's own workflows with the real engine, on a project_root whose scripts only note how they were called.

const RECORDER = `
const { appendFileSync } = require("node:fs");
const [, script, ...args] = process.argv;
const name = require("node:path").relative(process.cwd(), script);
const note = (event) => appendFileSync(process.env.CALLS, JSON.stringify([event, name, ...args]) + "\\n");
const is = (what) => what !== undefined && [name, ...args].join(" ").startsWith(what);
note("begin");
if (is(process.env.SLOW)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
note(is(process.env.FAIL) ? "fail" : "end");
process.exit(is(process.env.FAIL) ? 1 : 0);
`;

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "workflows-"));
  const loader = join(base, "root", "node_modules", "tsx");
  await mkdir(loader, { recursive: true });
  await writeFile(join(loader, "package.json"), JSON.stringify({ name: "tsx", main: "index.js" }));
  await writeFile(join(loader, "index.js"), RECORDER);
  for (const script of scriptsCalled()) {
    await mkdir(dirname(join(base, "root", script)), { recursive: true });
    await writeFile(join(base, "root", script), "");
  }
});
afterEach(() => rm(base, { recursive: true }));

/** The text of every workflow. */
function workflowTexts(): [string, string][] {
  return workflowFolders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".dig"))
      .map((name): [string, string] => [join(folder, name), readFileSync(join(folder, name), "utf8")]),
  );
}

function scriptsCalled(): string[] {
  const found = workflowTexts().flatMap(
    ([, text]) => text.match(/\b(scripts|pipelines|tests)\/\w+\.ts/g) ?? [],
  );
  return [...new Set(found)];
}

async function run(workflow: string, parameters: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
  const given = { dump_month: "2026-07", project_root: join(base, "root"), ...parameters };
  const args = Object.entries(given).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
  const child = spawn(join(projectRoot, "bin", "digdag"), ["run", workflow, ...args], {
    cwd: base,
    env: {
      ...process.env,
      DISCOGS_DATA_LAKE: join(base, "lake"),
      DISCOGS_RAW: "",
      DISCOGS_COLLECTION_JSON: "/pages",
      DIGDAG: "",
      CALLS: join(base, "calls"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return finish(child);
}

/** What a script did, and its arguments, the script's name first. */
type Event = ["begin" | "end" | "fail", ...string[]];

/** What the scripts did so far, in order, and forgets it. */
async function events(): Promise<Event[]> {
  const file = join(base, "calls");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  await rm(file);
  return lines.map((line) => JSON.parse(line) as Event);
}

/** The calls so far in the order of their beginnings, and forgets them. */
const calls = async () => begun(await events());
const begun = (all: Event[]) => all.filter(([event]) => event === "begin").map(([, ...call]) => call);

/** The script's name without folder, with the dump or the datasets that it was to work on. */
const nameOf = (call: string[]) => {
  const name = call[0]?.replace(/^.*\//, "").replace(".ts", "") ?? "";
  const only = call.includes("--only") ? ` ${option(call, "--only")}` : "";
  return `${name}${only}${call.includes("--datasets") ? " --datasets" : ""}`;
};
const names = (all: string[][]) => all.map(nameOf);

const BEGIN = ["preflight", "check_dumps", "preflight"];
/** What runs in several places at the same time. */
const DATASETS = [
  "build_release_artists_xref_v1",
  "build_release_label_xref_v1",
  "build_release_style_genre_xref_v1",
  "ingest artists",
  "ingest collection",
  "ingest labels",
  "ingest masters",
  "ingest releases",
  "parquet_sanity --datasets",
  "parquet_sanity --datasets",
  "rebuild_artist_name_map_v1",
];
const TESTS = ["drift_gate", "parquet_sanity", "sanity_report"];
const SEAL = ["seal_run", "check_parameters", "promote"];

/** That the calls are these groups, one after the other, the calls of each group in any order. */
function assertGroups(all: string[][], ...groups: string[][]): void {
  let rest = names(all);
  for (const group of groups) {
    assert.deepEqual(rest.slice(0, group.length).sort(), [...group].sort());
    rest = rest.slice(group.length);
  }
  assert.deepEqual(rest, []);
}

const inOrder = (steps: string[]) => steps.map((step) => [step]);

function option(call: string[] | undefined, name: string): string | undefined {
  return call?.[call.indexOf(name) + 1];
}

function succeeded({ code, stderr, stdout }: Finished): void {
  assert.equal(code, 0, `${stderr}\n${stdout}`);
}

for (const [parameters, promotes] of [
  [{}, false],
  [{ run_mode: "dev", allow_promote: "false" }, false],
  [{ run_mode: "prod", allow_promote: "false" }, false],
  [{ run_mode: "prod", allow_promote: "true" }, true],
  [{ run_mode: "prod", dry_run: "true" }, false],
] as [Record<string, string>, boolean][]) {
  test(`main.dig with ${JSON.stringify(parameters)} ${promotes ? "promotes" : "leaves active alone"}`, async () => {
    const result = await run("main", parameters);
    succeeded(result);
    const all = await calls();
    const onActive = promotes ? inOrder(["register_active", "parquet_sanity", "sanity_report"]) : [];
    assertGroups(all, ...inOrder(BEGIN), DATASETS, TESTS, ...inOrder(SEAL), ...onActive, ["stage_times"]);
    assert.equal(
      result.stdout.includes("tests_parquet_active and report_trino_active are skipped"),
      !promotes,
    );
    const promote = all.find(([name]) => name === "scripts/promote.ts");
    assert.equal(option(promote, "--run-mode"), parameters.run_mode ?? "dev");
    assert.equal(option(promote, "--allow-promote"), parameters.allow_promote ?? "true");
    assert.equal(promote?.includes("--dry-run"), parameters.dry_run === "true");
    const session = option(all[0], "--session-time") ?? "";
    for (const call of all.filter((each) => each.includes("--session-time"))) {
      assert.equal(option(call, "--dump-month"), "2026-07");
      assert.equal(option(call, "--run-id"), "");
      assert.equal(option(call, "--session-time"), session);
    }
  });
}

test("a step that fails stops the chain; the same command goes on there", async () => {
  const failed = await run("main", {}, { FAIL: "scripts/seal_run.ts" });
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /main\.dig failed: .*repeat the same command/);
  assertGroups(await calls(), ...inOrder(BEGIN), DATASETS, TESTS, ["seal_run"]);
  succeeded(await run("main", {}));
  assertGroups(await calls(), ...inOrder([...SEAL, "stage_times"]));
});

/** Which datasets a call makes and which it reads, by their directories. */
function dataOf(call: string[]): { makes: string[]; reads: string[] } {
  const only = ingestedDumps.find((dump) => dump === option(call, "--only"));
  const name = nameOf(call);
  if (name.startsWith("ingest ")) return { makes: only ? ingestedDirectories([only]) : [], reads: [] };
  const built = BUILT[name];
  if (built !== undefined) {
    const makes = built.map(({ directory }) => directory);
    const reads = built.flatMap((dataset) => inputsOf(dataset).map(({ directory }) => directory));
    return { makes, reads: reads.filter((directory) => !makes.includes(directory)) };
  }
  if (name === "parquet_sanity --datasets") {
    const tested = option(call, "--datasets")?.split(",") ?? [];
    return { makes: [], reads: requiredDirectories.filter((each) => tested.includes(datasetName(each))) };
  }
  return { makes: [], reads: [...TESTS, ...SEAL].includes(name) ? [...requiredDirectories] : [] };
}

const BUILT: Record<string, WarehouseDataset[]> = {
  rebuild_artist_name_map_v1: [artistNameMapV1],
  build_release_artists_xref_v1: [releaseArtistsV1],
  build_release_label_xref_v1: [releaseLabelXrefV1, labelReleaseCountsV1],
  build_release_style_genre_xref_v1: [releaseStyleXrefV1, releaseGenreXrefV1],
};

/** That each dataset is made once, and nothing reads one that is not made. Returns the calls that were seen ending. */
function assertMadeBeforeRead(all: Event[]): void {
  const made: string[] = [];
  for (const [event, ...call] of all) {
    const { makes, reads } = dataOf(call);
    if (event === "end") made.push(...makes);
    else
      assert.deepEqual(
        reads.filter((directory) => !made.includes(directory)),
        [],
        nameOf(call),
      );
  }
  assert.deepEqual(made.sort(), [...requiredDirectories].sort());
}

for (const [slow, beside] of [
  ["releases", ["ingest labels", "rebuild_artist_name_map_v1", "parquet_sanity --datasets"]],
  ["artists", ["ingest releases", "build_release_style_genre_xref_v1", "parquet_sanity --datasets"]],
] as const) {
  test(`while the dump of ${slow} is read, what does not need it is made, and nothing else`, async () => {
    const SLOW = `pipelines/ingest.ts --only ${slow}`;
    succeeded(await run("main", {}, { SLOW }));
    const all = await events();
    assertMadeBeforeRead(all);
    const ended = all.filter(([event]) => event === "end").map(([, ...call]) => call);
    const before = names(ended).slice(0, names(ended).indexOf(`ingest ${slow}`));
    for (const step of beside) assert.ok(before.includes(step), `${step} waited`);
    assert.equal(before.includes("sanity_report"), false);
  });
}

test("ingest.dig and build.dig alone do the same work, and no collection without its pages", async () => {
  succeeded(await run("ingest", {}, { DISCOGS_COLLECTION_JSON: "" }));
  const ingested = await events();
  succeeded(await run("build", {}));
  const built = await events();
  assertMadeBeforeRead([...ingested, ...built]);
  const dumps = DATASETS.filter((name) => name.startsWith("ingest ") && name !== "ingest collection");
  assertGroups(begun(ingested), ["preflight"], dumps);
  assertGroups(begun(built), Object.keys(BUILT));
});

test("a dump that fails lets the other chain end, and is the only one that is read again", async () => {
  const failed = await run(
    "main",
    {},
    { FAIL: "pipelines/ingest.ts --only masters", SLOW: "pipelines/ingest.ts --only releases" },
  );
  assert.equal(failed.code, 1);
  const all = await calls();
  const left = ["ingest masters", "ingest labels", "ingest collection", "rebuild_artist_name_map_v1"];
  const done = DATASETS.filter((name) => !left.slice(1).includes(name));
  done.splice(done.indexOf("parquet_sanity --datasets"), 1);
  assertGroups(all, ...inOrder(BEGIN), done);
  assert.equal(
    option(
      all.find((call) => call.includes("--datasets")),
      "--datasets",
    ),
    "releases_v6",
  );
  assert.match(failed.stdout, /ingest_other_dumps failed: /);
  succeeded(await run("main", {}));
  const again = [...left, "parquet_sanity --datasets"];
  assertGroups(await calls(), again, TESTS, ...inOrder([...SEAL, "stage_times"]));
});

test("download and the extractors' tests come in on request", async () => {
  succeeded(await run("main", { do_download: "true", do_xml_tests: "true", raw_root: "raw dir" }));
  const all = await calls();
  const download = all.find(([name]) => name === "scripts/download_dumps.ts");
  assert.equal(option(download, "--month"), "2026-07");
  assert.equal(
    option(download, "--raw-root"),
    join(base, "raw dir"),
    "absolute, since the tasks run elsewhere",
  );
  assert.equal(names(all).filter((name) => name.startsWith("run_test_")).length, 5);
});

test("a hostile parameter stays an argument", async () => {
  const hostile = `'; touch "${join(base, "pwned")}"; echo '$(touch ${join(base, "pwned")})\``;
  const result = await run("promote", { promote_run_id: hostile, run_mode: hostile });
  succeeded(result);
  const promote = (await calls()).find(([name]) => name === "scripts/promote.ts");
  assert.equal(option(promote, "--promote-run-id"), hostile);
  assert.equal(option(promote, "--run-mode"), hostile);
  assert.equal(existsSync(join(base, "pwned")), false);
});

test("rollback and the steps on active run alone", async () => {
  succeeded(await run("rollback", { rollback_run_id: "2026-06__20260701_000000" }));
  const [, rollback, register] = await calls();
  const [script, session = "", ...rest] = rollback ?? [];
  assert.deepEqual([script, ...rest], ["scripts/rollback.ts", "--to", "2026-06__20260701_000000"]);
  // So that a repeated session is known as the same request, and does not walk further back.
  assert.match(session, /^--session-time=\d{4}-\d\d-\d\dT/);
  assert.deepEqual(register, ["scripts/register_active.ts"]);
  succeeded(await run("rollback", { dry_run: "true" }));
  const dry = await calls();
  assert.deepEqual(
    dry.slice(1).map(([name, , ...args]) => [name, ...args]),
    [["scripts/rollback.ts", "--to", "", "--dry-run"]],
  );
});

test("$DIGDAG is run in place of the engine, with the same session", async () => {
  const program = join(base, "my digdag");
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$PWD" "$JAVA_TOOL_OPTIONS" "$@"\nexit 7\n`);
  await chmod(program, 0o755);
  const { code, stdout, stderr } = await run("main.dig", {}, { DIGDAG: program });
  assert.equal(code, 7);
  const [cwd, javaOptions, ...args] = stdout.trim().split("\n");
  assert.equal(cwd, join(projectRoot, "digdag"));
  assert.match(javaOptions ?? "", /-Djava\.io\.tmpdir=.*\/lake\/_meta\/digdag\/main\/2026-07\//);
  assert.deepEqual(args.slice(0, 2), ["run", "main.dig"]);
  assert.equal(option(args, "--save"), join(base, "lake", "_meta", "digdag", "main", "2026-07"));
  assert.match(stderr, /new session/);
});

test("every step begins in the project's root, and every workflow is in UTC", () => {
  for (const [file, text] of workflowTexts()) {
    assert.match(text, /^timezone: UTC$/m, file);
    const commands = shellCommands(text);
    assert.equal(commands.length, text.split("sh>:").length - 1, file);
    for (const command of commands) {
      assert.match(command, /^\s*cd "\$project_root" &&\n/, file);
      assert.doesNotMatch(command, /\$\{/, `${file}: parameters are environment variables, not shell text`);
    }
  }
});

/** The blocks of `sh>: |`: the lines that follow and are indented further. */
function shellCommands(text: string): string[] {
  return [...text.matchAll(/^( *)sh>: \|\n((?:\1 +.*\n)+)/gm)].map(([, , block = ""]) => block);
}
