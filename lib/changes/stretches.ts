import { quotedString } from "@duckdb/node-api";
import { z } from "zod";
import { patternOf, readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { type ComparedDataset, filesOf, type RunPair } from "./compared.ts";

/**
 * A range of record ids, and the files of each run that have rows in it. `after` is exclusive, `upTo` inclusive; without
 * one the range is open at that end.
 */
export interface Stretch {
  after: bigint | undefined;
  upTo: bigint | undefined;
  files: Readonly<Record<"from" | "to", readonly string[]>>;
}

/** Limit of a stretch for both runs together. */
export interface StretchLimits {
  rows: number;
  /** Encoded bytes of values before compression. */
  bytes: number;
}

/** At the default limit of 2 GB: 128 MB of values, which are several times as many in memory, and 4 million rows. */
const SHARE_OF_MEMORY = 16n;
const BYTES_OF_A_ROW = 32n;
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** The limit that lets a stretch be compared well within the memory of the session. */
async function limitsOf(session: DuckDbSession): Promise<StretchLimits> {
  const setting = String((await session.run("SELECT current_setting('memory_limit')")).value(0, 0));
  const [, amount = "", unit = ""] = /^([\d.]+) (\w+)$/.exec(setting) ?? [];
  const power = UNITS.indexOf(unit);
  if (power < 0) throw new TypeError(`DuckDB's memory limit is "${setting}"`);
  const bytes = BigInt(Math.floor(Number(amount) * 1024 ** power)) / SHARE_OF_MEMORY;
  return { rows: Number(bytes / BYTES_OF_A_ROW), bytes: Number(bytes) };
}

const rowGroup = z.object({
  file: z.string(),
  rows: z.bigint(),
  bytes: z.bigint(),
  least: z.bigint().nullable(),
  greatest: z.bigint().nullable(),
});
type RowGroup = z.infer<typeof rowGroup> & { side: "from" | "to" };

/**
 * Splits a dataset into ranges of record ids by the footers of its files, so that memory does not grow with the dataset and each
 * file is read about once. A dataset whose rows belong to several records, or whose footers lack the ids, is one stretch.
 */
export async function stretchesOf(
  session: DuckDbSession,
  pair: RunPair,
  { dataset, owners }: ComparedDataset,
  given?: StretchLimits,
): Promise<Stretch[]> {
  const limits = given ?? (await limitsOf(session));
  const [owner = ""] = owners;
  const groups: RowGroup[] = [];
  for (const side of ["from", "to"] as const) {
    const found = await rowGroups(session, filesOf(pair[side], dataset), owner);
    groups.push(...found.map((group) => ({ ...group, side })));
  }
  const filled = groups.filter(({ rows }) => rows > 0n);
  if (owners.length > 1 || filled.some(({ least }) => least === null)) return [whole(groups)];
  const cuts = cutsOf(filled, limits);
  return [undefined, ...cuts].map((after, index) => stretch(groups, after, cuts[index]));
}

async function rowGroups(session: DuckDbSession, files: string, owner: string) {
  const result = await session.run(`
    SELECT file_name AS file, any_value(row_group_num_rows) AS rows,
      CAST(sum(total_uncompressed_size) AS BIGINT) AS bytes,
      min(TRY_CAST(stats_min_value AS BIGINT)) FILTER (path_in_schema = ${quotedString(owner)}) AS least,
      max(TRY_CAST(stats_max_value AS BIGINT)) FILTER (path_in_schema = ${quotedString(owner)}) AS greatest
    FROM parquet_metadata(${quotedString(files)})
    GROUP BY file_name, row_group_id`);
  return result.getRowObjectsJS().map((row) => rowGroup.parse(row));
}

function whole(groups: readonly RowGroup[]): Stretch {
  return stretch(groups, undefined, undefined);
}

/** Ids after which a new stretch begins, because the row groups up to there fill one. */
function cutsOf(groups: readonly RowGroup[], limits: StretchLimits): bigint[] {
  const ordered = [...groups].sort((a, b) => (endOf(a) < endOf(b) ? -1 : 1));
  const cuts: bigint[] = [];
  let [rows, bytes] = [0n, 0n];
  for (const group of ordered.slice(0, -1)) {
    rows += group.rows;
    bytes += group.bytes;
    if (rows < BigInt(limits.rows) && bytes < BigInt(limits.bytes)) continue;
    cuts.push(endOf(group));
    [rows, bytes] = [0n, 0n];
  }
  return [...new Set(cuts)];
}

const endOf = ({ greatest }: RowGroup) => greatest ?? 0n;

function stretch(groups: readonly RowGroup[], after: bigint | undefined, upTo: bigint | undefined): Stretch {
  const isIn = ({ least, greatest }: RowGroup) =>
    (after === undefined || greatest === null || greatest > after) &&
    (upTo === undefined || least === null || least <= upTo);
  const filesOn = (side: "from" | "to") => [
    ...new Set(groups.filter((group) => group.side === side && isIn(group)).map(({ file }) => file)),
  ];
  return { after, upTo, files: { from: filesOn("from"), to: filesOn("to") } };
}

/** The files of a stretch as a relation; without any, an empty one of all files, for the types. */
export function relationOf(stretch: Stretch, side: "from" | "to", all: string): string {
  const files = stretch.files[side];
  if (files.length === 0) return `(FROM ${readParquet(quotedString(all))} LIMIT 0)`;
  return readParquet(`[${files.map((file) => quotedString(patternOf(file))).join(", ")}]`);
}

/** The condition that selects the ids of a stretch; NULL is none. */
export function inStretch({ after, upTo }: Stretch, column: string): string {
  const bounds = [
    ...(after === undefined ? [] : [`${column} > ${after}`]),
    ...(upTo === undefined ? [] : [`${column} <= ${upTo}`]),
  ];
  return bounds.length === 0 ? `${column} IS NOT NULL` : bounds.join(" AND ");
}
