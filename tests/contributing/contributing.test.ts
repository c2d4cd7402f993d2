import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { lakePaths } from "../../lib/files/paths.ts";
import { detailTables } from "../../lib/lake/testing/detail_tables.ts";
import { makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { promote } from "../../lib/promotion/promote.ts";

// A contributor's copy of the project, with what docs/contributing.md and docs/add-a-dataset.md tell to add.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUN = "2026-01__20260120_194923";
const scratch = scratchDirectory();
const copy = join(scratch, "project");
const lake = join(scratch, "hive-data");

const page = (name: string) => readFileSync(join(ROOT, "docs", name), "utf8");

/** The first block of code in a language behind a text of a page. */
function codeBehind(text: string, heading: string, language: string): string {
  const section = text.slice(text.indexOf(heading));
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(section) ?? [];
  assert.ok(code !== undefined, `${heading} has no ${language}`);
  return code;
}

/** Replaces a text that a file of the copy has once. */
function edit(file: string, from: string, to: string): void {
  const before = readFileSync(join(copy, file), "utf8");
  assert.equal(before.split(from).length, 2, `${file} has "${from}" once`);
  writeFileSync(join(copy, file), before.replace(from, to));
}

/** Runs a script of the copy that must succeed. */
function run(script: string, ...args: string[]): string {
  const env = { ...process.env, TRINO_URL: "", DISCOGS_DATA_LAKE: lake };
  const options = { cwd: copy, env, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", script, ...args], options);
  assert.equal(status, 0, stderr);
  return stdout;
}

before(async () => {
  for (const name of ["lib", "sql", "scripts", "pipelines", "package.json", "package-lock.json"]) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  cpSync(join(ROOT, "tests", "parquet_sanity.ts"), join(copy, "tests", "parquet_sanity.ts"));
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const tracks = [
    ...(detailTables.release_tracks_v1 ?? []),
    { release_id: 101, track_no: 2, kind: "track", position: "2" },
  ];
  await makeSealedRun(lake, RUN, { tables: { ...detailTables, release_tracks_v1: tracks } });
  await promote(lake, RUN);
});

test("a dataset: its declaration and a line in the list", () => {
  const declaration = codeBehind(page("add-a-dataset.md"), "# Add a dataset", "ts");
  writeFileSync(join(copy, "lib/datasets/release_genres_v1.ts"), declaration);
  const index = "lib/datasets/index.ts";
  edit(index, "  labelImagesV1,\n];", "  labelImagesV1,\n  releaseGenresV1,\n];");
  edit(
    index,
    'import { releaseFormatsV1 } from "./release_formats_v1.ts";\n',
    'import { releaseFormatsV1 } from "./release_formats_v1.ts";\nimport { releaseGenresV1 } from "./release_genres_v1.ts";\n',
  );
  const dump = join(scratch, "releases.xml");
  writeFileSync(
    dump,
    '<releases><release id="1"><genres><genre>Rock</genre><genre>Pop</genre></genres></release></releases>',
  );
  const out = join(scratch, "details");
  const printed = run("pipelines/extract_release_details_v1.ts", "--src", dump, "--out-dir", out);
  assert.match(printed, /^release_genres_v1: 2 rows, 1 part, /m);
  assert.match(
    run("scripts/describe_datasets.ts"),
    /^### release_genres_v1\n\nOne row for each genre of a release\./m,
  );
});

test("a check: one file", () => {
  const sql = codeBehind(page("contributing.md"), "## Add a check", "sql");
  writeFileSync(join(copy, "sql/checks/release_tracks_v1.no_title.sql"), sql);
  const printed = run("tests/parquet_sanity.ts", "--root", lakePaths(lake).active);
  assert.match(printed, /^ok +INFO +release_tracks_v1\.no_title +1 +tracks without a title$/m);
});

test("a KPI: one file and one word", () => {
  const sql = codeBehind(page("contributing.md"), "## Add a KPI", "sql");
  writeFileSync(join(copy, "sql/kpi_v3/releases_with_series.sql"), sql);
  const shares = codeBehind(page("contributing.md"), "## Add a KPI", "ts");
  edit("lib/history/kpis_v3.ts", shares.replace(', "series"]', "]"), shares);
  run("scripts/register_run_schema.ts", "--missing");
  run("scripts/reconcile_register.ts");
  run("scripts/compute_kpis_v3.ts", "--include-active=true");
  const [, query = ""] =
    /bin\/lake query "(.*)"\n/.exec(codeBehind(page("contributing.md"), "## Add a KPI", "sh")) ?? [];
  const found = run("scripts/query.ts", "--csv", `${query} ORDER BY kpi_name`).trim().split("\n");
  assert.deepEqual(found, [
    "kpi_name,kpi_value",
    "n_releases_with_series,1",
    "pct_releases_with_series_bp,5000",
    "rows_release_series_v1,1",
  ]);
});
