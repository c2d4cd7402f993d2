import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, quotedIdentifier, quotedString } from "@duckdb/node-api";
import { silentLogger } from "../cli/log.ts";
import { canonicalDatasets, warehouseDatasets } from "../datasets/index.ts";
import { type Column, duckdbType, type TableDeclaration } from "../datasets/types.ts";
import { buildDataset } from "../warehouse/build.ts";

/** A value of a fixture's row: numbers for BIGINT, objects for rows; columns that are left out are NULL. */
export type FixtureValue =
  | null
  | number
  | bigint
  | string
  | FixtureValue[]
  | { [field: string]: FixtureValue };
export type FixtureRow = Record<string, FixtureValue>;
/** Rows by table name, e.g. `releases_ref_v6`. */
export type FixtureRows = Record<string, FixtureRow[]>;

export interface FixturePart {
  /** Default `part-00000.parquet`. */
  file?: string;
  /** Default: the declared columns. */
  columns?: readonly Column[];
}

/** Writes one part of a dataset into a run, with the declared column types unless other columns are given. */
export async function writePart(
  runDir: string,
  dataset: TableDeclaration,
  rows: readonly FixtureRow[],
  part: FixturePart = {},
): Promise<void> {
  const { columns = dataset.columns } = part;
  const file = part.file ?? (dataset.kind === "warehouse" ? "data.parquet" : "part-00000.parquet");
  const path = join(runDir, dataset.directory, file);
  mkdirSync(join(runDir, dataset.directory), { recursive: true });
  await runUnfenced(`COPY (${relation(columns, rows)}) TO ${quotedString(path)} (FORMAT parquet)`);
}

/** Runs a statement in a DuckDB that may reach all files. */
export async function runUnfenced(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run(sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function relation(columns: readonly Column[], rows: readonly FixtureRow[]): string {
  const selects = rows.map(
    (row) => `SELECT ${columns.map((column) => typed(column, row[column.name])).join(", ")}`,
  );
  const empty = `SELECT ${columns.map((column) => typed(column, null)).join(", ")} WHERE false`;
  return [empty, ...selects].join(" UNION ALL ");
}

function typed({ name, type }: Column, value: FixtureValue = null): string {
  return `CAST(${literal(value)} AS ${duckdbType(type)}) AS ${quotedIdentifier(name)}`;
}

function literal(value: FixtureValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return quotedString(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const fields = Object.entries(value).map(([name, field]) => `${quotedString(name)}: ${literal(field)}`);
  return `{${fields.join(", ")}}`;
}

const ref = (id: number | null, name: string | null): FixtureRow => ({
  artist_id: id,
  name,
  anv: null,
  join_text: null,
});
const label = (id: number | null, name: string | null, catno: string | null): FixtureRow => ({
  label_id: id,
  name,
  catno,
});

/** A small month without any anomaly. */
export const soundRows: FixtureRows = {
  artists_v1_typed: [
    { artist_id: 1, name: "The Persuader", realname: "Jesper Dahlbäck" },
    { artist_id: 2, name: "Mr. James Barth (2)" },
    { artist_id: 3, name: "Trio" },
  ],
  artist_aliases_v1_typed: [
    { artist_id: 1, alias_id: 2, alias_name: "Mr. James Barth (2)" },
    { artist_id: 2, alias_id: null, alias_name: "Somebody" },
  ],
  artist_memberships_v1_typed: [
    { group_id: 3, member_id: 1, group_name: "Trio", member_name: "The Persuader" },
  ],
  masters_v1_typed: [
    { master_id: 10, main_release_id: 100, title: "One", year: 1999 },
    { master_id: 11, main_release_id: 0, title: "Two", year: 0 },
  ],
  releases_ref_v6: [
    {
      release_id: 100,
      master_id: 10,
      title: "One",
      artist_refs: [ref(1, "The Persuader"), ref(2, "Mr. James Barth (2)")],
      label_refs: [label(5, "Svek", "SK032"), label(5, "Svek", "SK032X")],
      genre_list: ["Electronic", "Folk, World, & Country"],
      style_list: ["Deep House"],
    },
    {
      release_id: 101,
      master_id: 0,
      title: "Two",
      artist_refs: [ref(3, "Trio")],
      label_refs: [label(6, "SVEK", null)],
      genre_list: ["Electronic"],
      style_list: ["Deep House", "Techno"],
    },
  ],
  labels_ref_v10: [
    { label_id: 5, name: "Svek" },
    { label_id: 6, name: "SVEK", parent_label_id: 5, parent_label_name: "Svek" },
  ],
};

/** Writes the canonical datasets of a run; `rows` replaces those of single tables. */
export async function writeCanonical(runDir: string, rows: FixtureRows = {}): Promise<void> {
  for (const dataset of canonicalDatasets) {
    await writePart(runDir, dataset, rows[dataset.table] ?? soundRows[dataset.table] ?? []);
  }
}

/** Writes a whole run: the canonical datasets, and the warehouse that is made of them. */
export async function writeRun(runDir: string, rows: FixtureRows = {}): Promise<void> {
  await writeCanonical(runDir, rows);
  for (const dataset of warehouseDatasets) {
    await buildDataset(runDir, dataset, { log: silentLogger, threads: 1 });
  }
}
