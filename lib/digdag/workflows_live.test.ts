import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { datasetsMadeFrom, datasetsNamed } from "../checks/datasets_named.ts";
import { allTables } from "../datasets/index.ts";
import {
  artistCreditsV1,
  artistNameMapV1,
  artistNameMapV2,
  labelReleaseCountsV1,
  releaseArtistsV1,
  releaseGenreXrefV1,
  releaseLabelXrefV1,
  releaseStyleXrefV1,
  type WarehouseDataset,
} from "../datasets/warehouse.ts";
import { ingestedDirectories, ingestedDumps } from "../extract/ingest_run.ts";
import { sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { datasetName } from "../lake/done.ts";
import { workflowParameters } from "../parameters/workflows.ts";
import { workflowFolders } from "./places.ts";
import { type Finished, finish } from "./testing/digdag_project.ts";
import { commandsIn, INCLUDED, mapsIn } from "./testing/workflow_maps.ts";
import { readWorkflowFile, type WorkflowMap } from "./workflow_file.ts";

// Runs the project's own workflows with the real engine, on a project_root whose scripts only record their calls.

const RECORDER = `
import { appendFileSync, readFileSync } from "node:fs";
const [, , name, ...args] = process.argv;
const note = (event) => appendFileSync(process.env.CALLS, JSON.stringify([event, name, ...args]) + "\\n");
const is = (what) => what !== undefined && [name, ...args].join(" ").startsWith(what);
note("begin");
const said = () => readFileSync(process.env.CALLS, "utf8");
const isOver = (step) => said().includes('["end",' + step) || said().includes('["fail",' + step);
if (is(process.env.WAITING)) {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const end = Date.now() + 180_000; Date.now() < end && !JSON.parse(process.env.WAITS_FOR).every(isOver); )
    Atomics.wait(pause, 0, 0, 20);
}
const [, dump] = args.map((word) => /^--path-of=(.*)/.exec(word)).find((found) => found) ?? [];
if (dump !== undefined) console.log("/the dump of " + dump);
note(is(process.env.FAIL) ? "fail" : "end");
process.exit(is(process.env.FAIL) ? 1 : 0);
`;

/** Makes the call with this prefix wait until the others have ended or failed, and for nothing else. */
function waiting(call: string, ...others: string[][]): NodeJS.ProcessEnv {
  const steps = others.map((step) => JSON.stringify(step).slice(1, -2));
  return { WAITING: call, WAITS_FOR: JSON.stringify(steps) };
}

/** The only run of the lake. */
const RUN = "2026-06__20260701_000000";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "workflows-"));
  await mkdir(sealedDir(join(base, "lake"), RUN), { recursive: true });
  await mkdir(join(base, "root", "bin"), { recursive: true });
  await writeFile(join(base, "root", "bin", "run.mjs"), RECORDER);
  await cp(join(projectRoot, "bin", "step"), join(base, "root", "bin", "step"));
  for (const script of scriptsCalled()) {
    await mkdir(dirname(join(base, "root", script)), { recursive: true });
    await writeFile(join(base, "root", script), "");
  }
});
afterEach(() => rm(base, { recursive: true }));

const WITH_COMMANDS = /\.dig$|^check_parameters\.yml$/;

/** All workflows, or other files, by path. */
function workflowMaps(names: RegExp = /\.dig$/): [string, WorkflowMap][] {
  const files = workflowFolders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => names.test(name))
      .map((name) => join(folder, name)),
  );
  return files.map((file) => [file, readWorkflowFile(file)]);
}

function scriptsCalled(): string[] {
  const found = workflowMaps(WITH_COMMANDS).flatMap(([, map]) =>
    commandsIn(map).flatMap((command) => command.match(/\b(scripts|pipelines|tests)\/\w+\.ts/g) ?? []),
  );
  return [...new Set(found)];
}

async function run(
  workflow: string,
  parameters: Record<string, string>,
  env: NodeJS.ProcessEnv = {},
  flags: string[] = ["--verbose"],
) {
  const month = workflowParameters[workflow]?.takes.dump_month === undefined ? {} : { dump_month: "2026-07" };
  const given = { project_root: join(base, "root"), ...month, ...parameters };
  const args = Object.entries(given).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
  const child = spawn(join(projectRoot, "bin", "digdag"), ["run", workflow, ...flags, ...args], {
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

/** An event of a script and its arguments, the script's name first. */
type Event = ["begin" | "end" | "fail", ...string[]];

/** Returns the events so far in order, and forgets them. */
async function events(): Promise<Event[]> {
  const file = join(base, "calls");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  await rm(file);
  return lines.map((line) => JSON.parse(line) as Event);
}

/** Returns the calls so far in order of their start, and forgets them. */
const calls = async () => begun(await events());
const begun = (all: Event[]) => all.filter(([event]) => event === "begin").map(([, ...call]) => call);

/** The script's name without folder, with the dump to work on, or the option that selects datasets to test. */
const nameOf = (call: string[]) => {
  const name = call[0]?.replace(/^.*\//, "").replace(".ts", "") ?? "";
  const only = option(call, "--only") === undefined ? "" : ` ${option(call, "--only")}`;
  const selecting = ["--datasets", "--made-from"].find((each) => option(call, each) !== undefined);
  return `${name}${only}${name === "parquet_sanity" && selecting !== undefined ? ` ${selecting}` : ""}`;
};
const names = (all: string[][]) => all.map(nameOf);

const BEGIN = ["check_parameters", "preflight", "check_dumps", "preflight"];
/** Steps that run in parallel. */
const DATASETS = [
  "build_release_artists_xref_v1",
  "build_release_label_xref_v1",
  "build_release_style_genre_xref_v1",
  "build_artist_credits_v1",
  "ingest artists",
  "ingest collection",
  "ingest labels",
  "ingest masters",
  "ingest releases",
  "parquet_sanity --datasets",
  "parquet_sanity --made-from",
  "rebuild_artist_name_map_v1",
  "rebuild_artist_name_map_v2",
];
const TESTS = ["drift_gate", "parquet_sanity", "sanity_report"];

/** Asserts that the calls are these groups in sequence, with the calls of each group in any order. */
function assertGroups(all: string[][], ...groups: string[][]): void {
  let rest = names(all);
  for (const group of groups) {
    assert.deepEqual(rest.slice(0, group.length).sort(), [...group].sort());
    rest = rest.slice(group.length);
  }
  assert.deepEqual(rest, []);
}

const inOrder = (steps: string[]) => steps.map((step) => [step]);

/** The value of an option, which workflows pass as one word with its name. */
function option(call: string[] | undefined, name: string): string | undefined {
  return call?.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function succeeded({ code, stderr, stdout }: Finished): void {
  assert.equal(code, 0, `${stderr}\n${stdout}`);
}

for (const [parameters, promotes] of [
  [{}, "no"],
  [{ run_mode: "dev", allow_promote: "true", datasets: "historical" }, "no"],
  [{ run_mode: "prod", allow_promote: "false" }, "no"],
  [{ run_mode: "prod", allow_promote: "true" }, "yes"],
  [{ run_mode: "prod", dry_run: "true" }, "dry run"],
] as [Record<string, string>, "no" | "yes" | "dry run"][]) {
  test(`main.dig with ${JSON.stringify(parameters)} promotes: ${promotes}`, async () => {
    const result = await run("main", parameters);
    succeeded(result);
    const all = await calls();
    const onActive = inOrder(["register_active", "parquet_sanity", "sanity_report", "build_report"]);
    assertGroups(
      all,
      ...inOrder(BEGIN),
      DATASETS,
      TESTS,
      ["seal_run"],
      ...(promotes === "no" ? [] : [["promote"]]),
      ...(promotes === "yes" ? onActive : []),
      ["stage_times"],
    );
    assert.equal(result.stdout.includes("Not promoted: this requires run_mode=prod"), promotes === "no");
    assert.equal(
      result.stdout.includes(
        "tests_parquet_active, report_trino_active and the page of all runs are skipped",
      ),
      promotes !== "yes",
    );
    if (promotes === "yes") {
      const page = all.find(([name]) => name === "scripts/build_report.ts");
      assert.ok(page?.includes("--missing-page"), "of the run, if the promotion could not write it");
    }
    const promote = all.find(([name]) => name === "scripts/promote.ts");
    if (promotes !== "no") {
      assert.equal(option(promote, "--dry-run"), parameters.dry_run ?? "false");
      assert.equal(option(promote, "--promote-run-id"), "");
    }
    for (const call of all.filter(([name]) => name === "scripts/preflight.ts")) {
      assert.equal(option(call, "--datasets"), parameters.datasets ?? "all");
      assert.equal(option(call, "--to-promote"), String(promotes !== "no"), "as late as it would be refused");
    }
    const ofSession = all.filter((call) => option(call, "--session-time") !== undefined);
    const session = option(ofSession[0], "--session-time") ?? "";
    for (const call of ofSession) {
      assert.equal(option(call, "--dump-month"), "2026-07");
      assert.equal(option(call, "--run-id"), "");
      assert.equal(option(call, "--session-time"), session);
    }
  });
}

test("a failing step stops the chain, and the same command resumes there", async () => {
  const failed = await run("main", {}, { FAIL: "scripts/seal_run.ts" }, []);
  assert.equal(failed.code, 1);
  // The scripts of this test log no stages, like scripts that could not be started.
  assert.match(failed.stderr, /last lines of the log:\n[\s\S]*main\.dig failed: .*repeat the same command/);
  const [, log = ""] = /full log: (.*\/_meta\/logs\/main\/\d{8}_\d{6}\.log)$/m.exec(failed.stderr) ?? [];
  assert.match(
    readFileSync(log, "utf8"),
    /\[INFO\] .*sh>: "\$project_root\/bin\/step" --of-run scripts\/seal_run\.ts/,
  );
  assert.match(
    failed.stdout,
    /^main\.dig failed, exit 1\nactive: no run yet, .*\nnext: fix .* DISCOGS_DATA_LAKE=\S+ \S*bin\/digdag run main /,
  );
  assertGroups(await calls(), ...inOrder(BEGIN), DATASETS, TESTS, ["seal_run"]);
  succeeded(await run("main", {}));
  assertGroups(await calls(), ...inOrder(["seal_run", "stage_times"]));
});

/** The directories of all required datasets of a run, and such a run. */
const directories = allTables.filter(({ kind }) => kind !== "optional").map(({ directory }) => directory);
const WHOLE = { run_id: "", parameters: {}, datasets: directories.map(datasetName) };

/** The directories of the datasets that a call makes and reads. */
function dataOf(call: string[]): { makes: string[]; reads: string[] } {
  const only = ingestedDumps.find((dump) => dump === option(call, "--only"));
  const name = nameOf(call);
  if (name.startsWith("ingest ")) return { makes: only ? ingestedDirectories(WHOLE, [only]) : [], reads: [] };
  const built = BUILT[name];
  if (built !== undefined) {
    const makes = built.map(({ directory }) => directory);
    const reads = built.flatMap((dataset) => dataset.reads.map(({ directory }) => directory));
    return { makes, reads: reads.filter((directory) => !makes.includes(directory)) };
  }
  if (name.startsWith("parquet_sanity --")) {
    const declared = allTables.filter(({ kind }) => kind !== "optional");
    const madeFrom = option(call, "--made-from");
    const tested =
      madeFrom === undefined
        ? datasetsNamed(option(call, "--datasets") ?? "", declared)
        : datasetsMadeFrom(madeFrom, declared);
    return { makes: [], reads: tested.map(({ directory }) => directory) };
  }
  return { makes: [], reads: [...TESTS, "seal_run"].includes(name) ? directories : [] };
}

const BUILT: Record<string, WarehouseDataset[]> = {
  rebuild_artist_name_map_v1: [artistNameMapV1],
  rebuild_artist_name_map_v2: [artistNameMapV2],
  build_release_artists_xref_v1: [releaseArtistsV1],
  build_release_label_xref_v1: [releaseLabelXrefV1, labelReleaseCountsV1],
  build_release_style_genre_xref_v1: [releaseStyleXrefV1, releaseGenreXrefV1],
  build_artist_credits_v1: [artistCreditsV1],
};

/** Asserts that each dataset is made once and none is read before. Returns the calls that ended. */
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
  assert.deepEqual(made.sort(), [...directories].sort());
}

for (const [slow, beside] of [
  [
    "releases",
    [
      ["pipelines/ingest.ts", "--only=labels"],
      ["pipelines/rebuild_artist_name_map_v1.ts"],
      ["tests/parquet_sanity.ts", "--made-from=artists"],
    ],
  ],
  [
    "artists",
    [
      ["pipelines/ingest.ts", "--only=releases"],
      ["pipelines/build_release_style_genre_xref_v1.ts"],
      ["pipelines/build_artist_credits_v1.ts"],
      ["tests/parquet_sanity.ts", "--datasets=releases"],
    ],
  ],
] as [string, string[][]][]) {
  test(`while the dump of ${slow} is read, makes everything that does not need it, and nothing else`, async () => {
    succeeded(await run("main", {}, waiting(`pipelines/ingest.ts --only=${slow}`, ...beside)));
    const all = await events();
    assertMadeBeforeRead(all);
    const ended = all.filter(([event]) => event === "end").map(([, ...call]) => call.join(" "));
    const last = ended.findIndex((call) => call.startsWith(`pipelines/ingest.ts --only=${slow}`));
    for (const step of beside) {
      const at = ended.findIndex((call) => call.startsWith(step.join(" ")));
      assert.ok(at >= 0 && at < last, `${step.join(" ")} waited`);
    }
    assert.equal(names(ended.slice(0, last).map((call) => call.split(" "))).includes("sanity_report"), false);
  });
}

test("ingest.dig and build.dig alone do the same work, without a collection if it has no pages", async () => {
  succeeded(await run("ingest", {}, { DISCOGS_COLLECTION_JSON: "" }));
  const ingested = await events();
  succeeded(await run("build", {}));
  const built = await events();
  assertMadeBeforeRead([...ingested, ...built]);
  const dumps = DATASETS.filter((name) => name.startsWith("ingest ") && name !== "ingest collection");
  assertGroups(begun(ingested), ["check_parameters"], ["preflight"], dumps);
  assertGroups(begun(built), ["check_parameters"], Object.keys(BUILT));
  const [preflight] = begun(ingested).filter(([name]) => name === "scripts/preflight.ts");
  assert.equal(option(preflight, "--to-promote"), "");
});

test("a failing dump does not stop the other chain, and is the only one read again", async () => {
  const failed = await run(
    "main",
    {},
    {
      FAIL: "pipelines/ingest.ts --only=masters",
      ...waiting("pipelines/ingest.ts --only=releases", ["pipelines/ingest.ts", "--only=masters"]),
    },
  );
  assert.equal(failed.code, 1);
  const maps = ["rebuild_artist_name_map_v1", "rebuild_artist_name_map_v2"];
  const left = [
    "ingest masters",
    "ingest labels",
    "ingest collection",
    ...maps,
    "parquet_sanity --made-from",
  ];
  const done = DATASETS.filter((name) => !left.slice(1).includes(name));
  assertGroups(await calls(), ...inOrder(BEGIN), done);
  assert.match(failed.stdout, /ingest_other_dumps failed: /);
  succeeded(await run("main", {}));
  assertGroups(await calls(), left, TESTS, ...inOrder(["seal_run", "stage_times"]));
});

test("runs download and the extractors' tests on request", async () => {
  const asked = {
    do_download: "true",
    do_xml_tests: "true",
    remove_control_characters: "true",
    strict: "true",
  };
  succeeded(await run("main", { ...asked, raw_root: "raw dir" }));
  const all = await calls();
  const download = all.find(([name]) => name === "scripts/download_dumps.ts");
  assert.equal(option(download, "--month"), "2026-07");
  assert.equal(
    option(download, "--raw-root"),
    join(base, "raw dir"),
    "absolute, because the tasks run elsewhere",
  );
  const tests = all.filter(([name]) => name?.startsWith("tests/run_test_"));
  const ofDump = ["artists", "labels", "masters", "releases"].map((dump) => `/the dump of ${dump}`);
  const [artists, labels, masters, releases] = ofDump;
  assert.deepEqual(
    tests.map((call) => [call[0]?.replace(/^.*run_test_|\.ts$/g, ""), call.at(-1)]),
    [
      ["artists_v1", artists],
      ["artist_relations", artists],
      ["masters_v1", masters],
      ["labels_v10", labels],
      ["releases_v6", releases],
      ...ofDump.map((dump) => ["round_trip", dump]),
    ],
  );
  const ingests = all.filter((call) => /^ingest (?!collection)/.test(nameOf(call)));
  assert.deepEqual(
    ingests.map((call) => option(call, "--strict")),
    ["true", "true", "true", "true"],
  );
  for (const call of [...tests, ...ingests])
    assert.equal(option(call, "--remove-control-characters"), "true", call[0]);
});

test("a path with quotes, blanks and commands stays one argument, relative to the caller's directory", async () => {
  const hostile = `'; touch "${join(base, "pwned")}"; echo '$(touch ${join(base, "pwned")})\`--help`;
  succeeded(await run("run_sql_to_csv", { sql_file: `./${hostile}`, out_dir: `./${hostile}` }));
  const [, query] = await calls();
  assert.deepEqual(query, [
    "scripts/run_sql_to_csv.ts",
    `--sql-file=${base}/${hostile}`,
    `--out-dir=${base}/${hostile}`,
    "--memory-limit=",
  ]);
  assert.equal(existsSync(join(base, "pwned")), false);
});

test("paths may be in any script in a locale without UTF-8, e.g. that of cron", async () => {
  const lake = join(base, "læk 日本");
  const env = { DISCOGS_DATA_LAKE: lake, LC_ALL: "C" };
  succeeded(await run("run_sql_to_csv", { sql_file: "запрос.sql", out_dir: "." }, env));
  const [, query] = await calls();
  assert.equal(query?.[1], `--sql-file=${base}/запрос.sql`);
  assert.deepEqual(readdirSync(lake), ["_meta"]);
});

test("promote.dig alone needs no mode, and honours dry_run", async () => {
  const promote_run_id = RUN;
  succeeded(await run("promote", { promote_run_id, allow_older: "true" }));
  const [, promote, ...after] = await calls();
  assert.equal(option(promote, "--promote-run-id"), promote_run_id);
  assert.equal(option(promote, "--allow-older"), "true");
  assert.equal(option(promote, "--dry-run"), "false");
  assertGroups(after, ["register_active"], ["build_report"]);
  assert.ok(promote?.includes("--page-optional"), "a page that fails must not end the promotion");
  assert.ok(after.at(-1)?.includes("--missing-page"), "and is written at the end, or fails the workflow");
  const publish_to = "s3://music/lake";
  succeeded(await run("promote", { promote_run_id, run_mode: "prod", dry_run: "true", publish_to }));
  const [, wouldPublish, dry, ...none] = await calls();
  assert.deepEqual([option(wouldPublish, "--to"), option(wouldPublish, "--dry-run")], [publish_to, "true"]);
  assert.deepEqual([option(dry, "--dry-run"), none], ["true", []]);
});

/** Asserts that a call points the store to the active run, whatever its month: `active` has been switched to it. */
function assertPointerFollows(call: string[] | undefined, publishTo: string): void {
  assert.deepEqual(call, [
    "scripts/publish_run.ts",
    "--active",
    "--only-activate",
    "--allow-older",
    `--to=${publishTo}`,
  ]);
}

test("with publish_to a run is published before it is promoted, and the pointer follows", async () => {
  const given = { promote_run_id: RUN, publish_to: "s3://music/lake" };
  const failed = await run("promote", given, { FAIL: "scripts/publish_run.ts --promote-run-id=" });
  assert.equal(failed.code, 1);
  assert.deepEqual(
    (await calls()).map(([name]) => name),
    ["scripts/check_parameters.ts", "scripts/publish_run.ts"],
  );
  succeeded(await run("promote", given));
  const [publish, promote, pointer] = (await calls()).filter(
    ([name]) => name !== "scripts/check_parameters.ts",
  );
  assert.ok(publish?.includes("--no-activate") && publish.includes("--to-promote"));
  assert.equal(option(publish, "--promote-run-id"), given.promote_run_id);
  assert.equal(promote?.[0], "scripts/promote.ts");
  assertPointerFollows(pointer, given.publish_to);
});

test("rollback and the steps on active run on their own", async () => {
  const publish_to = "s3://music/lake";
  succeeded(await run("rollback", { rollback_run_id: RUN, publish_to }));
  const [, rollback, pointer, ...after] = await calls();
  assertPointerFollows(pointer, publish_to);
  assert.equal(option(rollback, "--to"), RUN);
  // So that a repeated session is the same request and does not go further back.
  assert.match(option(rollback, "--session-time") ?? "", /^\d{4}-\d\d-\d\dT/);
  assertGroups(after, ["register_active"], ["build_report"]);
  assert.ok(!after.at(-1)?.includes("--active"), "a rollback writes nothing into the run");
  succeeded(await run("rollback", { dry_run: "true", publish_to }));
  const [, dry, ...none] = await calls();
  assert.deepEqual([option(dry, "--to"), option(dry, "--dry-run"), none], ["", "true", []]);
});

test("history_pipeline.dig includes the active run unless told otherwise", async () => {
  for (const [parameters, included] of [
    [{ include_active: "" }, "true"],
    [{ include_active: "false" }, "false"],
  ] as const) {
    succeeded(await run("history_pipeline", parameters));
    const all = await calls();
    const kpis = all.filter(([name]) => name?.startsWith("scripts/compute_kpis"));
    assert.deepEqual(
      kpis.map((call) => option(call, "--include-active")),
      [included, included, included],
    );
  }
  succeeded(await run("compute_kpis", {}));
  assert.equal(option((await calls())[1], "--include-active"), "false");
});

test("runs $DIGDAG in place of the engine, with the same session", async () => {
  const program = join(base, "my digdag");
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$PWD" "$JAVA_TOOL_OPTIONS" "$@"\nexit 7\n`);
  await chmod(program, 0o755);
  const { code, stdout, stderr } = await run("main", {}, { DIGDAG: program });
  assert.equal(code, 7);
  const [cwd, javaOptions, ...args] = stdout.trim().split("\n");
  assert.equal(cwd, join(projectRoot, "digdag"));
  assert.match(javaOptions ?? "", /-Djava\.io\.tmpdir=.*\/lake\/_meta\/digdag\/main\/2026-07\//);
  assert.deepEqual(args.slice(0, 2), ["run", "main.dig"]);
  const save = args[args.indexOf("--save") + 1];
  assert.equal(save, join(base, "lake", "_meta", "digdag", "main", "2026-07"));
  assert.match(stderr, /new session/);
});

test("a workflow that fails names itself", () => {
  for (const [file, { _error }] of workflowMaps()) {
    const [{ "echo>": text } = {}] = mapsIn(_error);
    assert.match(
      String(text),
      new RegExp(`^${basename(file, ".dig")}(\\.dig)? failed: \\$\\{error\\.message\\}\\.`),
      file,
    );
  }
});

test("the workflows on the active run select it, and a test of a dump needs its path", () => {
  const all = new Map(workflowMaps().map(([file, map]) => [basename(file, ".dig"), commandsIn(map)]));
  for (const [name, words] of [
    ["pages", "scripts/build_report.ts --active "],
    ["report_trino_active", "scripts/sanity_report.ts --active "],
    ["tests_parquet_active", 'tests/parquet_sanity.ts --root="$DISCOGS_DATA_LAKE/active" '],
  ] as const)
    assert.ok(
      all.get(name)?.some((command) => command.includes(words)),
      name,
    );
  const tests = all.get("tests_xml_dev")?.filter((command) => command.includes("tests/run_test_")) ?? [];
  assert.equal(tests.length, 6);
  for (const command of tests) assert.match(command, /bin\/step" --of-dump=/);
});

test("every step runs through bin/step with all parameters, and every workflow is in UTC", () => {
  for (const [file, map] of workflowMaps()) assert.equal(map.timezone, "UTC", file);
  for (const [file, map] of workflowMaps(WITH_COMMANDS)) {
    const steps = mapsIn(map).filter((each) => "sh>" in each);
    assert.equal(steps.length, readFileSync(file, "utf8").split("sh>:").length - 1, file);
    for (const step of steps) {
      const included = file.endsWith(".dig") ? step[INCLUDED] : mapsIn(step._env)[0]?.[INCLUDED];
      assert.equal(included, file.endsWith(".dig") ? "step.yml" : "parameters.yml", file);
      const [command = ""] = commandsIn(step);
      const scripts = command.match(/\S+\.ts\b/g) ?? [];
      const byStep =
        command.match(/"\$project_root\/bin\/step" (--of-run |--of-dump=\S+ )?\w+\/\w+\.ts\b/g) ?? [];
      assert.ok(scripts.length > 0 && scripts.length === byStep.length, `${file}: ${command}`);
      assert.doesNotMatch(command, /\$\{/, `${file}: parameters are environment variables, not shell text`);
    }
  }
});
