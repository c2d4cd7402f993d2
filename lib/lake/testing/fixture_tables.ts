import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { allTables } from "../../datasets/index.ts";
import { type Column, duckdbType, type TableDeclaration } from "../../datasets/types.ts";

/** A row by column name; omitted columns are NULL. Lists and structs are plain arrays and objects. */
export type FixtureRow = Readonly<Record<string, unknown>>;
/** Rows of each dataset, by the last segment of its directory. */
export type FixtureTables = Readonly<Record<string, readonly FixtureRow[]>>;

/** A tiny run with consistent datasets: two artists, a label, a master and two releases. */
export const consistentTables: FixtureTables = {
  artists_v1_typed: [
    { artist_id: 1, name: "The Persuader", realname: "Jesper Dahlbäck", data_quality: "Correct" },
    { artist_id: 2, name: "Folk, World & Country", aliases: "Somebody" },
  ],
  artist_aliases_v1_typed: [{ artist_id: 2, alias_id: 1, alias_name: "Somebody" }],
  artist_memberships_v1_typed: [
    { group_id: 2, group_name: "Folk, World & Country", member_id: 1, member_name: "The Persuader" },
  ],
  masters_v1_typed: [
    {
      master_id: 10,
      main_release_id: 100,
      title: "Stockholm",
      year: 1999,
      artist_refs: [{ artist_id: 1, name: "The Persuader", anv: null, join_text: null }],
      genre_list: ["Electronic"],
    },
  ],
  releases_v6: [100, 101].map((release_id) => ({
    release_id,
    master_id: 10,
    title: "Stockholm",
    artists: "The Persuader",
    labels: "Svek",
    genres: "Electronic",
    styles: "Techno",
    artist_refs: [{ artist_id: 1, name: "The Persuader", anv: null, join_text: null }],
    label_refs: [{ label_id: 5, name: "Svek", catno: "SK032" }],
    genre_list: ["Electronic"],
    style_list: ["Techno"],
  })),
  labels_v10: [{ label_id: 5, name: "Svek" }],
  artist_name_map_v1: [
    { norm_name: "folk, world & country", artist_id: 1 },
    { norm_name: "folk, world & country", artist_id: 2 },
    { norm_name: "jesper dahlbäck", artist_id: 1 },
    { norm_name: "somebody", artist_id: 2 },
    { norm_name: "the persuader", artist_id: 1 },
  ],
  release_artists_v1: [100, 101].map((release_id) => ({
    release_id,
    artist_norm: "the persuader",
    artist_id: 1,
    artist_name: "The Persuader",
  })),
  release_label_xref_v1: [100, 101].map((release_id) => ({
    release_id,
    label_name: "Svek",
    label_norm: "svek",
    label_catno: "SK032",
    label_id: 5,
  })),
  label_release_counts_v1: [{ label_norm: "svek", label_name_sample: "Svek", n_total_releases: 2 }],
  release_style_xref_v1: [100, 101].map((release_id) => ({
    release_id,
    style: "Techno",
    style_norm: "techno",
  })),
  release_genre_xref_v1: [100, 101].map((release_id) => ({
    release_id,
    genre: "Electronic",
    genre_norm: "electronic",
  })),
};

/** The tables of a fixture, and how their rows differ from the default. */
export interface WriteTablesOptions {
  /** Replaces the rows of single datasets of {@link consistentTables}, or adds datasets. */
  tables?: FixtureTables;
  /** Directories to omit. */
  without?: readonly string[];
  /** Columns to omit, as in runs of older versions, by dataset. */
  withoutColumns?: Readonly<Record<string, readonly string[]>>;
  /** Omit the columns that the Python original lacks, and name parts as it did. */
  original?: boolean;
}

/** Writes the Parquet files of a tiny run. Returns the rows of each dataset directory. */
export async function writeTables(
  runDir: string,
  options: WriteTablesOptions = {},
): Promise<Map<string, number>> {
  const tables = { ...consistentTables, ...options.tables };
  const written = new Map<string, number>();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const table of allTables) {
    const rows = tables[nameOf(table)];
    if (rows === undefined || options.without?.includes(table.directory) === true) continue;
    const file = join(runDir, table.directory, fileName(table, options.original === true));
    await mkdir(dirname(file), { recursive: true });
    const json = `${file}.json`;
    await writeFile(json, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await connection.run(copyStatement(columnsOf(table, options), json, file));
    await rm(json);
    written.set(table.directory, rows.length);
  }
  connection.closeSync();
  instance.closeSync();
  return written;
}

const nameOf = (table: TableDeclaration) => table.directory.split("/").at(-1) ?? "";

function fileName(table: TableDeclaration, original: boolean): string {
  if (table.kind === "warehouse") return "data.parquet";
  return original && table.table === "releases_ref_v6" ? "releases_part0000.parquet" : "part-00000.parquet";
}

function columnsOf(table: TableDeclaration, { original = false, withoutColumns = {} }: WriteTablesOptions) {
  const left = withoutColumns[nameOf(table)] ?? [];
  return table.columns.filter(({ name, added }) => !left.includes(name) && !(original && added === true));
}

function copyStatement(columns: readonly Column[], json: string, file: string): string {
  const types = columns.map((column) => `${column.name}: '${duckdbType(column.type)}'`).join(", ");
  const source = `read_json('${json}', format = 'newline_delimited', columns = {${types}})`;
  const names = columns.map((column) => column.name).join(", ");
  return `COPY (SELECT ${names} FROM ${source}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`;
}

/** Counts of the builds of warehouse datasets. */
const NONE_DROPPED: Readonly<Record<string, Record<string, number>>> = {
  artist_name_map_v1: { empty_norm_name: 0, unknown_artist_id: 0 },
  release_artists_v1: { no_name: 0 },
  release_label_xref_v1: { no_name: 0 },
};

/** The recorded rows and values of a dataset that {@link writeTables} writes with these options. */
export function valuesOf(directory: string, options: WriteTablesOptions = {}) {
  const table = allTables.find((each) => each.directory === directory);
  if (table === undefined) throw new TypeError(`${directory} is not a dataset`);
  const rows = { ...consistentTables, ...options.tables }[nameOf(table)] ?? [];
  const filled: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  const numbers: Record<string, string> = {};
  for (const { name, type } of columnsOf(table, options)) {
    const values = rows.map((row) => row[name] ?? null).filter((value) => value !== null);
    filled[name] = values.length;
    if (type === "VARCHAR") bytes[name] = Buffer.byteLength(values.join(""));
    else if (type === "BIGINT") numbers[name] = digestOf(values);
    else if (typeof type === "object" && type.array !== "VARCHAR") {
      const items = values.flat() as FixtureRow[];
      for (const field of type.array.row.filter((each) => each.type === "BIGINT")) {
        numbers[`${name}.${field.name}`] = digestOf(
          items.map((item) => item[field.name] ?? null).filter((value) => value !== null),
        );
      }
    }
  }
  const counts = NONE_DROPPED[nameOf(table)] ?? {};
  return { counts, filled, ...(table.kind === "warehouse" ? {} : { written: { bytes, numbers } }) };
}

function digestOf(values: readonly unknown[]): string {
  const words = BigInt64Array.from(values, (value) => BigInt(value as number));
  return createHash("sha256").update(words).digest("hex");
}
