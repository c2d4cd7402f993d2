import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { CommandMain } from "../lib/cli/command.ts";
import { sealedDir } from "../lib/files/paths.ts";
import { makeLake, makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../lib/lake/testing/scratch.ts";
import { promote } from "../lib/promotion/promote.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main as buildArtists } from "../pipelines/build_release_artists_xref_v1.ts";
import { main as buildLabels } from "../pipelines/build_release_label_xref_v1.ts";
import { main as buildStyles } from "../pipelines/build_release_style_genre_xref_v1.ts";
import { main as extractRelations } from "../pipelines/extract_artist_relations_v1.ts";
import { main as extractArtists } from "../pipelines/extract_artists_v1.ts";
import { main as extractMasters } from "../pipelines/extract_masters_v1.ts";
import { main as extractReleases } from "../pipelines/extract_releases_v6.ts";
import { main as parseCollection } from "../pipelines/parse_collection_json.ts";
import { main as parseLabels } from "../pipelines/parse_labels_v10.ts";
import { main as buildNames } from "../pipelines/rebuild_artist_name_map_v1.ts";
import { main as exportHistory } from "../scripts/export_history_csv.ts";
import { main as makeSample } from "../scripts/make_sample_dump.ts";
import { main as sqlToCsv } from "../scripts/run_sql_to_csv.ts";
import { main as testMasters } from "./run_test_masters_v1.ts";

const RUN = "2025-12__20260120_194923";

const inputs = scratchDirectory();
const pages = join(inputs, "pages");
const query = join(inputs, "one.sql");
mkdirSync(pages);
writeFileSync(join(pages, "discogs_page_1.json"), "[]");
writeFileSync(query, "SELECT 1 AS one");
for (const root of ["artists", "labels", "masters", "releases"]) {
  writeFileSync(join(inputs, `${root}.xml`), `<${root}></${root}>`);
}

const lake = makeLake();
await makeSealedRun(lake, RUN);
await promote(lake, RUN);

/** Every name in the run with its modification time. */
function contentOf(run: string) {
  const names = readdirSync(run, { recursive: true, encoding: "utf8" }).sort();
  return [".", ...names].map((name) => `${name} ${lstatSync(join(run, name)).mtimeMs}`);
}

const extractor = (main: CommandMain, dump: string) => {
  const outs = Object.keys(main.command.options).filter((name) => name.startsWith("out"));
  return outs.map((option): [string, CommandMain, (out: string) => string[]] => [
    `${main.command.name} --${option}`,
    main,
    (out) => [
      "--src",
      join(inputs, dump),
      ...outs.flatMap((name) => [`--${name}`, name === option ? out : join(inputs, name)]),
      "--clean",
    ],
  ]);
};

/** Every option for an output path, with the other arguments of its script. */
const writers: [string, CommandMain, (out: string) => string[]][] = [
  ...extractor(extractArtists, "artists.xml"),
  ...extractor(extractRelations, "artists.xml"),
  ...extractor(extractMasters, "masters.xml"),
  ...extractor(extractReleases, "releases.xml"),
  ...extractor(parseLabels, "labels.xml"),
  ["parse_collection_json --out", parseCollection, (out) => ["--src-dir", pages, "--out", out, "--clean"]],
  ...[buildArtists, buildLabels, buildStyles, buildNames].map(
    (main): [string, CommandMain, (out: string) => string[]] => [
      `${main.command.name} --run`,
      main,
      (out) => ["--run", out.replace(/\/out$/, "")],
    ],
  ),
  ["make_sample_dump --out", makeSample, (out) => ["--out", out, "--month", "2026-07"]],
  ["run_sql_to_csv --out-dir", sqlToCsv, (out) => ["--lake", lake, "--sql-file", query, "--out-dir", out]],
  ["export_history_csv --out-dir", exportHistory, (out) => ["--lake", lake, "--out-dir", out]],
  [
    "run_test_masters_v1 --test-root",
    testMasters,
    (out) => [join(inputs, "masters.xml"), "--test-root", out],
  ],
];

for (const [name, main, argsFor] of writers) {
  test(`${name} writes nothing into a sealed run`, async () => {
    const run = sealedDir(lake, RUN);
    const before = contentOf(run);
    for (const out of [join(run, "out"), join(lake, "active", "out")]) {
      const { code, stderr } = await runMain(main, argsFor(out));
      assert.equal(code, 2, stderr);
      assert.match(stderr, /is in the sealed run 2025-12__20260120_194923|holds the runs/);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    }
    assert.deepEqual(contentOf(run), before);
  });
}
