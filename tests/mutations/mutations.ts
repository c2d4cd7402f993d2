import { copyFileSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { duplicatesOf } from "../../lib/checks/declared_checks.ts";
import { canonicalDatasets, warehouseDatasets } from "../../lib/datasets/index.ts";
import { inRun } from "../../lib/files/paths.ts";
import { type DoneRecord, datasetName, readDone, writeDone } from "../../lib/lake/done.ts";
import { declared } from "./declared.ts";
import { DOUBLED, firstOf, keep, NOWHERE, NUMBERED, orphaned, refers, set } from "./rows.ts";
import { type Mutation, partsOf, table } from "./scene.ts";

const canonical = canonicalDatasets.map(({ directory }) => datasetName(directory));
const warehouse = warehouseDatasets.map(({ directory }) => datasetName(directory));
const keyOf = (dataset: string) => table(dataset).columns[0]?.name ?? "";
const numbersOf = (datasets: readonly string[]) => datasets.map((name) => `${name}.numbers_recorded`);
const recomputedOf = (datasets: readonly string[]) => datasets.map((name) => `${name}.recomputed`);

const ofEach = (datasets: readonly string[], select: (dataset: string) => string) =>
  Object.fromEntries(datasets.map((dataset) => [dataset, select(dataset)]));

const lose = (percent: number) => keep(`n % 100 >= ${percent}`);
const swap = (...pairs: [string, string][]) =>
  `SELECT * REPLACE (${pairs.flatMap(([a, b]) => [`${b} AS ${a}`, `${a} AS ${b}`]).join(", ")}) FROM $rows`;
const REVERSED = `SELECT * EXCLUDE n FROM ${NUMBERED} ORDER BY n DESC`;

async function edit(dir: string, dataset: string, change: (record: DoneRecord) => Partial<DoneRecord>) {
  const record = await readDone(dir, dataset);
  if (record === undefined) throw new TypeError(`${dataset} has no record`);
  await writeDone(dir, { ...record, ...change(record) });
}

const lastPart = (dir: string, dataset: string) => partsOf(dir, dataset).at(-1) ?? "";

const keysAndColumns: Mutation[] = [
  {
    what: "a duplicate id in each canonical dataset",
    rows: ofEach(canonical, () => DOUBLED),
    record: "files",
    named: {
      parquetSanity: [
        ...numbersOf(canonical),
        "artists_v1_typed.duplicate_artist_id",
        "masters_v1_typed.duplicate_master_id",
        "releases_v6.duplicate_release_id",
      ],
    },
  },
  {
    what: "a row without an id in each dataset",
    rows: ofEach([...canonical, ...warehouse], (dataset) => set(keyOf(dataset), "NULL", "n = 2")),
    record: "files",
    named: { parquetSanity: [...canonical, ...warehouse].map((name) => `${name}.null_${keyOf(name)}`) },
  },
  {
    what: "ids of another type in each dataset",
    rows: ofEach([...canonical, ...warehouse], (dataset) => {
      const key = keyOf(dataset);
      const other = key.endsWith("_id") ? `CAST(${key} AS VARCHAR)` : `encode(${key})`;
      return `SELECT * REPLACE (${other} AS ${key}) FROM $rows`;
    }),
    record: "files",
    named: { parquetSanity: [...canonical, ...warehouse].map((name) => `${name}.columns`) },
  },
  ...Object.entries({
    "a column missing in": (dataset: string) =>
      `SELECT * EXCLUDE (${table(dataset).columns.at(-1)?.name}) FROM $rows`,
    "a column added to": () => "SELECT *, 1 AS more FROM $rows",
    "a column in another place in": (dataset: string) =>
      `SELECT ${table(dataset).columns.at(-1)?.name}, * EXCLUDE (${table(dataset).columns.at(-1)?.name}) FROM $rows`,
  }).map(
    ([what, select]): Mutation => ({
      what: `${what} each dataset`,
      rows: ofEach([...canonical, ...warehouse], select),
      record: "files",
      named: { parquetSanity: [...canonical, ...warehouse].map((name) => `${name}.columns`) },
    }),
  ),
  {
    what: "rows of each canonical dataset in another order",
    rows: ofEach(canonical, () => REVERSED),
    record: "files",
    named: { parquetSanity: numbersOf(canonical) },
  },
  {
    what: "rows of each warehouse dataset in another order",
    rows: ofEach(warehouse, () => REVERSED),
    record: "files",
    named: { parquetSanity: warehouse.map((name) => `${name}.unsorted_rows`) },
  },
];

const swapped: Mutation[] = (["files", "values"] as const).flatMap((record): Mutation[] => [
  {
    what: "names and profiles of artists swapped",
    rows: { artists_v1_typed: swap(["name", "profile"]) },
    record,
    named: {
      parquetSanity: record === "files" ? ["artists_v1_typed.text_recorded"] : [],
      driftGate: ["artists_v1_typed.name"],
    },
  },
  {
    what: "titles and countries of releases swapped",
    rows: { releases_v6: swap(["title", "country"]) },
    record,
    named: {
      parquetSanity: record === "files" ? ["releases_v6.text_recorded"] : [],
      driftGate: ["releases_v6.country.distinct"],
    },
  },
  {
    what: "release_id and master_id swapped",
    rows: { releases_v6: swap(["release_id", "master_id"]) },
    record,
    named: { parquetSanity: ["releases_v6.duplicate_release_id"] },
  },
  {
    what: "artist_id and alias_id swapped",
    rows: { artist_aliases_v1_typed: swap(["artist_id", "alias_id"]) },
    record,
    named: { parquetSanity: ["artist_aliases_v1_typed.orphan_artist_id"] },
  },
]);

const groups = swap(["group_id", "member_id"], ["group_name", "member_name"]);
swapped.push(
  {
    what: "group and member swapped",
    rows: { artist_memberships_v1_typed: groups },
    record: "files",
    named: { parquetSanity: ["artist_memberships_v1_typed.numbers_recorded"] },
  },
  {
    what: "group and member swapped",
    rows: { artist_memberships_v1_typed: groups },
    record: "values",
    // Nothing within a single month distinguishes them.
    baseline: true,
    named: { driftGate: ["artist_memberships_v1_typed.group_id.distinct"] },
  },
);

/** Every declared reference of the datasets that every run has. */
const references = [...canonicalDatasets, ...warehouseDatasets].flatMap(
  ({ directory, kind, references = [] }) =>
    references.map((reference) => {
      const dataset = datasetName(directory);
      return {
        dataset,
        column: reference.columns.at(-1) ?? "",
        isAnomaly: reference.severity !== "CRITICAL",
        named: `${dataset}.${kind === "warehouse" ? "recomputed" : "numbers_recorded"}`,
      };
    }),
);

/** The nth reference of each dataset that has so many: a check is of one dataset, so that each reference is named. */
const nthOfEach = (all: typeof references, nth: number) =>
  all.filter(({ dataset }, index) => all.findIndex((each) => each.dataset === dataset) + nth === index);

const orphans: Mutation[] = [canonical, warehouse].flatMap((datasets) => {
  const all = references.filter(({ dataset }) => datasets.includes(dataset));
  return all.flatMap((_, nth) => {
    const chosen = nthOfEach(all, nth);
    if (chosen.length === 0) return [];
    return (["one", "all"] as const).map((much): Mutation => {
      const rows = chosen.map(({ dataset, column }) => {
        const [list = ""] = column.split(".");
        const where = refers(column);
        return [dataset, set(list, orphaned(column), much === "one" ? firstOf(where) : where)];
      });
      return {
        what: `${much} of the references ${chosen.map((each) => `${each.dataset}.${each.column}`).join(", ")} an orphan`,
        rows: Object.fromEntries(rows),
        record: "files",
        named: { parquetSanity: chosen.map(({ named }) => named) },
      };
    });
  });
});

/** References that may be orphans in the dumps; references whose orphans are defects have no drift. */
const ofDumps = references.filter(({ dataset, isAnomaly }) => canonical.includes(dataset) && isAnomaly);
orphans.push({
  what: "all references of every canonical dataset orphans, by the parser or upstream",
  rows: ofEach([...new Set(ofDumps.map(({ dataset }) => dataset))], (dataset) => {
    const columns = ofDumps.filter((each) => each.dataset === dataset).map(({ column }) => column);
    const replaced = columns.map((column) => `${orphaned(column)} AS ${column.split(".")[0]}`);
    return `SELECT * REPLACE (${replaced.join(", ")}) FROM $rows`;
  }),
  record: "values",
  named: { driftGate: ofDumps.map(({ dataset, column }) => `${dataset}.${column}.orphans`) },
});

const lost: Mutation[] = [4, 6, 50].flatMap((percent): Mutation[] => [
  {
    what: `${percent} % of the rows of each canonical dataset lost`,
    rows: ofEach(canonical, () => lose(percent)),
    record: "files",
    named: { parquetSanity: numbersOf(canonical) },
  },
  {
    what: `${percent} % of the rows of each warehouse dataset lost`,
    rows: ofEach(warehouse, () => lose(percent)),
    record: "files",
    named: { parquetSanity: recomputedOf(warehouse) },
  },
]);
lost.push(
  ...[4, 6, 50].map(
    (percent): Mutation => ({
      what: `${percent} % of the rows of each canonical dataset lost by the parser`,
      rows: ofEach(canonical, () => lose(percent)),
      record: "values",
      named: { parquetSanity: canonical.map((name) => `${name}.records`) },
    }),
  ),
  {
    what: "half of the labels gone upstream",
    rows: { labels_v10: lose(50) },
    spoil: async (dir) =>
      edit(dir, "labels_v10", ({ records = 0 }) => ({ records: records - Math.floor(records / 2) })),
    record: "values",
    baseline: true,
    named: { driftGate: ["labels_v10.rows"] },
  },
  {
    what: "no rows at all in each canonical dataset",
    rows: ofEach(canonical, () => keep("false")),
    record: "values",
    named: {
      parquetSanity: ["artists_v1_typed", "masters_v1_typed", "releases_v6", "labels_v10"].map(
        (name) => `${name}.rows`,
      ),
    },
  },
  {
    what: "no memberships and no aliases",
    rows: ofEach(["artist_aliases_v1_typed", "artist_memberships_v1_typed"], () => keep("false")),
    record: "values",
    named: { driftGate: ["artist_aliases_v1_typed.rows", "artist_memberships_v1_typed.rows"] },
  },
);

const xrefs: Mutation[] = [
  {
    what: "one row of each warehouse dataset lost",
    rows: ofEach(warehouse, () => keep("n <> 5")),
    record: "files",
    named: { parquetSanity: recomputedOf(warehouse) },
  },
  {
    what: "one row of each warehouse dataset doubled",
    rows: ofEach(warehouse, () => DOUBLED),
    record: "files",
    named: {
      parquetSanity: [
        ...recomputedOf(warehouse.slice(0, 3)),
        ...warehouseDatasets.map(({ table, key }) => `${table}.${duplicatesOf(key?.columns ?? [])}`),
      ],
    },
  },
  {
    what: "one row of each warehouse dataset renamed",
    rows: {
      artist_name_map_v1: set("norm_name", "norm_name || 'x'", "n = 5"),
      artist_name_map_v2: set("norm_name", "norm_name || 'x'", "n = 5"),
      artist_credits_v1: set("role", "coalesce(role, '') || 'x'", "n = 5"),
      release_artists_v1: set("artist_name", "artist_name || 'x'", "n = 5"),
      release_label_xref_v1: set("label_name", "label_name || 'x'", "n = 5"),
      label_release_counts_v1: set("label_name_sample", "label_name_sample || 'x'", "n = 5"),
      release_style_xref_v1: set("style", "style || 'x'", "n = 5"),
      release_genre_xref_v1: set("genre", "genre || 'x'", "n = 5"),
    },
    record: "files",
    named: { parquetSanity: recomputedOf(warehouse) },
  },
  {
    what: "norms that are not normalised",
    rows: {
      artist_name_map_v1: set("norm_name", "upper(norm_name)"),
      artist_name_map_v2: set("norm_name", "upper(norm_name)"),
      release_artists_v1: set("artist_norm", "artist_name"),
      release_label_xref_v1: set("label_norm", "label_name"),
      label_release_counts_v1: set("label_norm", "upper(label_norm)"),
      release_style_xref_v1: set("style_norm", "style"),
      release_genre_xref_v1: set("genre_norm", "genre"),
    },
    record: "files",
    named: { parquetSanity: recomputedOf(warehouse.filter((name) => name !== "artist_credits_v1")) },
  },
  {
    what: "a count of releases off by one",
    rows: { label_release_counts_v1: set("n_total_releases", "n_total_releases + 1", "n = 5") },
    record: "files",
    named: { parquetSanity: ["label_release_counts_v1.recomputed"] },
  },
];

const values: Mutation[] = [
  {
    what: "names of artists, titles and artist_refs NULL",
    rows: {
      artists_v1_typed: set("name", "NULL"),
      masters_v1_typed:
        "SELECT * REPLACE (nullif(title, title) AS title, nullif(artist_refs, artist_refs) AS artist_refs) FROM $rows",
      releases_v6:
        "SELECT * REPLACE (nullif(title, title) AS title, nullif(artist_refs, artist_refs) AS artist_refs) FROM $rows",
    },
    record: "values",
    named: {
      driftGate: [
        "artists_v1_typed.name",
        "masters_v1_typed.title",
        "masters_v1_typed.artist_refs",
        "releases_v6.title",
        "releases_v6.artist_refs",
      ],
    },
  },
  {
    what: "names of labels NULL",
    rows: { labels_v10: set("name", "NULL") },
    record: "values",
    named: { driftGate: ["labels_v10.name"] },
  },
  {
    what: "country and released renamed upstream",
    rows: {
      releases_v6:
        "SELECT * REPLACE (nullif(country, country) AS country, nullif(released, released) AS released) FROM $rows",
    },
    record: "values",
    named: { driftGate: ["releases_v6.country", "releases_v6.released"] },
  },
  {
    what: "all ids of members and main releases wrong",
    rows: {
      artist_memberships_v1_typed: set("member_id", `${NOWHERE} + member_id`),
      masters_v1_typed: set("main_release_id", `${NOWHERE} + main_release_id`),
    },
    record: "values",
    named: {
      driftGate: [
        "artist_memberships_v1_typed.member_id.orphans",
        "masters_v1_typed.main_release_id.orphans",
      ],
    },
  },
  {
    what: "mojibake in all names",
    rows: ofEach(["artists_v1_typed", "labels_v10"], () => set("name", "'Ã©' || name")),
    record: "values",
    named: { driftGate: ["artists_v1_typed.name.garbled", "labels_v10.name.garbled"] },
  },
  {
    what: "all titles the same",
    rows: { releases_v6: set("title", "'Untitled'") },
    record: "values",
    named: { driftGate: ["releases_v6.title.distinct"] },
  },
];

const parts: Mutation[] = [
  ...(["stale", "files"] as const).flatMap((record): Mutation[] => {
    const named = record === "files" ? "numbers_recorded" : "rows_recorded";
    return [
      {
        what: `a part missing, records ${record}`,
        spoil: (dir) => rmSync(lastPart(dir, "releases_v6")),
        record,
        named: { parquetSanity: [`releases_v6.${named}`] },
      },
      {
        what: `a part extra, records ${record}`,
        spoil: (dir) => copyFileSync(lastPart(dir, "labels_v10"), join(dir, "labels_v10/part-00009.parquet")),
        record,
        named: { parquetSanity: [`labels_v10.${named}`] },
      },
      {
        what: `a part of another run, records ${record}`,
        spoil: (dir, other) =>
          copyFileSync(partsOf(other, "releases_v6")[0] ?? "", partsOf(dir, "releases_v6")[0] ?? ""),
        record,
        named: { parquetSanity: ["releases_v6.numbers_recorded"] },
      },
    ];
  }),
  {
    what: "a part edited, record stale",
    rows: { artists_v1_typed: set("profile", "upper(profile)") },
    record: "stale",
    named: { seal: /artists_v1_typed\/part-00000\.parquet: / },
  },
  {
    what: "a part edited, record matching",
    rows: {
      artists_v1_typed: set(
        "profile",
        "profile || '.'",
        `n = (SELECT min(n) FROM ${NUMBERED} WHERE profile IS NOT NULL)`,
      ),
    },
    record: "files",
    named: { parquetSanity: ["artists_v1_typed.text_recorded"] },
  },
];

const records: Mutation[] = [
  {
    what: "a dataset of another run with its record",
    spoil(dir, other) {
      cpSync(join(other, "labels_v10"), join(dir, "labels_v10"), { recursive: true });
      copyFileSync(inRun.doneRecord(other, "labels_v10"), inRun.doneRecord(dir, "labels_v10"));
    },
    record: "stale",
    named: {
      seal: /labels_v10 was made from discogs_20260901_labels\.xml\.gz, which is not a dump of this run/,
    },
  },
  {
    what: "a record of a warehouse dataset that is older than the releases",
    spoil: (dir) =>
      edit(dir, "release_style_xref_v1", ({ sources }) => ({
        sources: sources.map((source) => ({ ...source, sha256: "0".repeat(64) })),
      })),
    record: "stale",
    named: { seal: /release_style_xref_v1 was made from a releases_v6 that has changed since/ },
  },
  {
    what: "no record of labels_v10",
    spoil: (dir) => rmSync(inRun.doneRecord(dir, "labels_v10")),
    record: "stale",
    named: { parquetSanity: ["labels_v10.rows_recorded"], seal: /labels_v10 is not done/ },
  },
  {
    what: "recorded rows off by one",
    spoil: (dir) => edit(dir, "releases_v6", ({ rows }) => ({ rows: rows + 1 })),
    record: "stale",
    named: { parquetSanity: ["releases_v6.rows_recorded"] },
  },
  {
    what: "recorded rows of a part off by one",
    spoil: (dir) =>
      edit(dir, "releases_v6", ({ files }) => ({
        files: files.map((file, index) => ({ ...file, rows: file.rows + (index === 0 ? 1 : 0) })),
      })),
    record: "stale",
    named: { seal: /releases_v6: its record has \d+ rows, its parts have \d+/ },
  },
  {
    what: "recorded values of a column off by one",
    spoil: (dir) =>
      edit(dir, "releases_v6", ({ filled = {} }) => ({
        filled: { ...filled, country: (filled.country ?? 0) + 1 },
      })),
    record: "stale",
    named: { parquetSanity: ["releases_v6.filled_recorded"] },
  },
  {
    what: "recorded dropped rows off by one",
    spoil: (dir) =>
      edit(dir, "releases_v6", ({ counts }) => ({
        counts: { ...counts, null_release_id: (counts.null_release_id ?? 0) + 1 },
      })),
    record: "stale",
    named: { parquetSanity: ["releases_v6.records"], seal: /releases_v6: \d+ elements were read/ },
  },
  {
    what: "recorded dropped names off by one",
    spoil: (dir) =>
      edit(dir, "artist_name_map_v1", ({ counts }) => ({
        counts: { ...counts, unknown_artist_id: (counts.unknown_artist_id ?? 0) + 1 },
      })),
    record: "stale",
    named: { parquetSanity: ["artist_name_map_v1.dropped_recomputed"] },
  },
  {
    what: "a record without an account of the values",
    spoil: (dir) => edit(dir, "masters_v1_typed", () => ({ filled: undefined, written: undefined })),
    record: "stale",
    named: {
      parquetSanity: ["filled", "text", "numbers"].map((what) => `masters_v1_typed.${what}_recorded`),
    },
  },
];

/** All of them, by the kind of fault. */
export const mutations: Readonly<Record<string, readonly Mutation[]>> = {
  keysAndColumns,
  swapped,
  orphans,
  declared,
  lost,
  xrefs,
  values,
  parts,
  records,
};
