import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { detailTables } from "../../lib/lake/testing/detail_tables.ts";
import { makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { promote } from "../../lib/promotion/promote.ts";
import { blocksIn, commandsOf } from "../../lib/testing/fenced.ts";

// A contributor's copy of the project, with what docs/contributing.md and docs/add-a-dataset.md tell to add.

/** The golden case of the copy, and the rows of its genres. */
const GOLDEN = "vintage_2026";
const GENRES = [
  { release_id: "9", genre_no: "1", genre: "Electronic" },
  { release_id: "9", genre_no: "2", genre: "Funk / Soul" },
  { release_id: "10", genre_no: "1", genre: "Rock" },
];

const RUN = "2026-01__20260120_194923";
const scratch = scratchDirectory();
const copy = join(scratch, "project");
const lake = join(scratch, "hive-data");

const page = (name: string) => readFileSync(join(projectRoot, "docs", name), "utf8");

/** What of the project the examples need. */
const COPIED = [
  "lib",
  "sql",
  "scripts",
  "pipelines",
  "legacy",
  "docs",
  "digdag",
  "history",
  "package.json",
  "package-lock.json",
  "tests",
];

/** The blocks that the examples below have used. */
const used = new Set<string>();

/** The first block of code in a language behind a text of a page. */
function codeBehind(text: string, heading: string, language: string): string {
  const section = text.slice(text.indexOf(heading));
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(section) ?? [];
  assert.ok(code !== undefined, `${heading} has no ${language}`);
  used.add(code);
  return code;
}

/** Replaces a text that a file of the copy has once. */
function edit(file: string, from: string, to: string): void {
  const before = readFileSync(join(copy, file), "utf8");
  assert.equal(before.split(from).length, 2, `${file} has "${from}" once`);
  writeFileSync(join(copy, file), before.replace(from, to));
}

/** Runs a script of the copy. */
function runScript(script: string, ...args: string[]) {
  const env = { ...process.env, TRINO_URL: "", DISCOGS_DATA_LAKE: lake };
  const options = { cwd: copy, env, encoding: "utf8" } as const;
  return spawnSync(process.execPath, ["--import=tsx", script, ...args], options);
}

/** Runs a script of the copy that must succeed. */
function run(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = runScript(script, ...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** `bin/lake` without the compiled scripts, which would stay behind for each copy. */
const BIN_LAKE = `bin/lake() {
  "${process.execPath}" --import=tsx "$(ls {scripts,pipelines,tests}/"$1".ts 2>/dev/null)" "\${@:2}"
}`;
const PIPELINE = "bin/digdag run history_pipeline.dig\n";

/** Runs a block of the page in the copy and returns what each command printed. */
async function runShown(text: string): Promise<string[]> {
  const shown = commandsOf({ page: "", language: "sh", text }).map(({ command }) => command);
  const here = shown.map((command) => command.replace("demo/hive-data", lake));
  const [, ...printed] = await runInShell([BIN_LAKE, ...here], { cwd: copy, env: userEnv({}) });
  return printed;
}

before(async () => {
  for (const name of COPIED) {
    cpSync(join(projectRoot, name), join(copy, name), { recursive: true });
  }
  for (const name of readdirSync(join(copy, "tests/golden"))) {
    if (name !== GOLDEN) rmSync(join(copy, "tests/golden", name), { recursive: true });
  }
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  const tracks = [
    ...(detailTables.release_tracks_v1 ?? []),
    { release_id: 101, track_no: 2, kind: "track", position: "2" },
  ];
  await makeSealedRun(lake, RUN, { tables: { ...detailTables, release_tracks_v1: tracks } });
  await promote(lake, RUN);
});

/** Runs the golden case in the copy. */
function runGolden() {
  // Without it, the runner takes itself for a file of this run.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: copy, env, encoding: "utf8" } as const;
  return spawnSync(process.execPath, ["--import=tsx", "--test", "tests/golden.test.ts"], options);
}

test("a dataset: its declaration, generated files and golden rows", () => {
  const declaration = codeBehind(page("add-a-dataset.md"), "# Add a dataset", "ts");
  writeFileSync(join(copy, "lib/datasets/details/release_genres_v1.ts"), declaration);
  assert.equal(run("scripts/generate.ts"), "lib/datasets/details/index.ts\ndocs/datasets.md\n");
  assert.match(
    readFileSync(join(copy, "docs/datasets.md"), "utf8"),
    /^### release_genres_v1\n\nOne row for each genre of a release\./m,
  );

  const lacking = runGolden();
  assert.equal(lacking.status, 1);
  assert.match(lacking.stdout, /release_genres_v1/);
  const expected = join(copy, "tests/golden", GOLDEN, "expected");
  writeFileSync(
    join(expected, "release_genres_v1.jsonl"),
    `${GENRES.map((row) => JSON.stringify(row)).join("\n")}\n`,
  );
  const counts = JSON.parse(readFileSync(join(expected, "counts.json"), "utf8"));
  writeFileSync(join(expected, "counts.json"), JSON.stringify({ ...counts, release_genres_v1: {} }));
  const { status, stdout } = runGolden();
  assert.equal(status, 0, stdout);

  const raw = join(scratch, "raw");
  const sample = JSON.parse(run("scripts/make_sample_dump.ts", "--out", raw, "--month", "2026-07"));
  const rows = sample.details.release_genres_v1;
  assert.ok(rows > 4000, `${rows} genres of 4000 releases`);
  const dump = join(raw, "2026-07", "discogs_20260701_releases.xml.gz");
  const out = join(scratch, "details");
  const printed = run("pipelines/extract_release_details_v1.ts", "--src", dump, "--out-dir", out);
  assert.match(printed, new RegExp(`^release_genres_v1: ${rows.toLocaleString("en")} rows, 1 part, `, "m"));
  assert.match(run("tests/run_test_round_trip.ts", dump), /^PASS /m);
});

test("a file without the dataset of its name is refused, and changes nothing", () => {
  const index = join(copy, "lib/datasets/details/index.ts");
  const before = readFileSync(index, "utf8");
  const file = join(copy, "lib/datasets/details/release_genre_v1.ts");
  writeFileSync(file, "export const releaseGenresV1 = {};\n");
  const { status, stderr } = runScript("scripts/generate.ts");
  rmSync(file);
  assert.deepEqual(
    [status, stderr],
    [
      2,
      "scripts/generate.ts: error: lib/datasets/details/release_genre_v1.ts does not export its dataset as releaseGenreV1\n",
    ],
  );
  assert.equal(readFileSync(index, "utf8"), before);
});

test("a check: one file", async () => {
  const sql = codeBehind(page("contributing.md"), "## Add a check", "sql");
  writeFileSync(join(copy, "sql/checks/release_tracks_v1.no_title.sql"), sql);
  const [printed = ""] = await runShown(codeBehind(page("contributing.md"), "## Add a check", "sh"));
  assert.match(printed, /^ok +INFO +release_tracks_v1\.no_title +1 +tracks without a title$/m);
});

test("a KPI: one file and one word", async () => {
  const sql = codeBehind(page("contributing.md"), "## Add a KPI", "sql");
  writeFileSync(join(copy, "sql/kpi_v3/releases_with_series.sql"), sql);
  const shares = codeBehind(page("contributing.md"), "## Add a KPI", "ts");
  edit("lib/history/kpis_v3.ts", shares.replace(', "series"]', "]"), shares);
  run("scripts/register_run_schema.ts", "--missing");
  run("scripts/reconcile_register.ts");
  run("scripts/compute_kpis_v3.ts", "--include-active=true");
  // The scripts above are what its workflow runs; with Digdag, tests/history/history_pipeline.test.ts.
  const shown = codeBehind(page("contributing.md"), "## Add a KPI", "sh").replace(PIPELINE, "");
  const printed = (await runShown(shown)).at(-1) ?? "";
  const [header, ...rows] = printed
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ +/).join());
  assert.deepEqual(
    [header, ...rows.sort()],
    [
      "kpi_name,kpi_value",
      "n_releases_with_series,1",
      "pct_releases_with_series_bp,5000",
      "rows_release_series_v1,1",
    ],
  );
});

test("no other block is on the pages", () => {
  const blocks = ["contributing.md", "add-a-dataset.md"].flatMap((name) => blocksIn(page(name), name));
  assert.deepEqual(
    blocks.filter(({ text }) => !used.has(text)),
    [],
  );
});
