import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { z } from "zod";
import { patternOf, readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { type ComparedDataset, filesOf, type RunPair } from "./compared.ts";

/**
 * A range of record ids, and the files of each run that have rows in it. `after` is exclusive, `upTo` inclusive; without
 * one the range is open at that end. `least` and `greatest` are the bounds of the ids that occur.
 */
export interface Stretch {
  after: bigint | undefined;
  upTo: bigint | undefined;
  least: bigint;
  greatest: bigint;
  files: Readonly<Record<"from" | "to", readonly string[]>>;
}

/**
 * At the default limit of 2 GB: 256 MB of values in memory. Grouping them takes several times as much, in each of the
 * threads.
 */
const SHARE_OF_MEMORY = 8n;
/** A row group is assumed to have its ids evenly distributed over pieces that are small compared to a stretch. */
const PIECES_OF_A_STRETCH = 4n;
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** The size of a stretch, of both runs together, that is compared well within the memory of the session. */
async function sizeWithin(session: DuckDbSession): Promise<bigint> {
  const setting = String((await session.run("SELECT current_setting('memory_limit')")).value(0, 0));
  const [, amount = "", unit = ""] = /^([\d.]+) (\w+)$/.exec(setting) ?? [];
  const power = UNITS.indexOf(unit);
  if (power < 0) throw new TypeError(`DuckDB's memory limit is "${setting}"`);
  return BigInt(Math.floor(Number(amount) * 1024 ** power)) / SHARE_OF_MEMORY;
}

const rowGroup = z.object({
  file: z.string(),
  bytes: z.bigint(),
  least: z.bigint(),
  greatest: z.bigint(),
});
type RowGroup = z.infer<typeof rowGroup> & { side: "from" | "to" };

/**
 * Splits a dataset into ranges of record ids by the footers of its files, so that memory does not grow with the dataset or its
 * row groups, and each file is read about once. A row that belongs to several records is in the range of each of them.
 * `size` is that of the values of a range in memory, by default a share of the session's limit.
 */
export async function stretchesOf(
  session: DuckDbSession,
  pair: RunPair,
  compared: ComparedDataset,
  size?: bigint,
): Promise<Stretch[]> {
  const groups: RowGroup[] = [];
  for (const side of ["from", "to"] as const) {
    const found = await rowGroups(session, filesOf(pair[side], compared.dataset), compared);
    groups.push(...found.map((group) => ({ ...group, side })));
  }
  if (groups.length === 0) return [];
  const cuts = cutsOf(groups, size ?? (await sizeWithin(session)));
  return [undefined, ...cuts].map((after, index) => stretch(groups, after, cuts[index]));
}

/**
 * The row groups with ids. The size of their compared columns in memory is estimated by the number of values, including NULLs and
 * the items of lists, of 16 bytes for a text and 8 for anything else, and by the encoded texts. Ids that the footers lack are
 * read.
 */
async function rowGroups(session: DuckDbSession, files: string, { owners, columns }: ComparedDataset) {
  const ids = owners.map((owner) => quotedIdentifier(owner)).join(", ");
  const isOwner = `path_in_schema IN (${texts(owners)})`;
  const isCompared = `split_part(path_in_schema, ', ', 1) IN (${texts([...owners, ...columns])})`;
  const bound = (aggregate: "min" | "max", stat: string) =>
    `coalesce(${aggregate}(TRY_CAST(${stat} AS BIGINT)) FILTER (${isOwner}),
      CASE WHEN bool_or(stats_min_value IS NULL AND num_values > 0) FILTER (${isOwner})
        THEN (SELECT ${aggregate}(id) FROM (SELECT unnest([${ids}]) AS id FROM ${readParquet(quotedString(files))})) END)`;
  const result = await session.run(`
    SELECT file_name AS file,
      CAST(sum(num_values * CASE type WHEN 'BYTE_ARRAY' THEN 16 ELSE 8 END + total_uncompressed_size)
        FILTER (${isCompared}) AS BIGINT) * ${owners.length} AS bytes,
      ${bound("min", "stats_min_value")} AS least,
      ${bound("max", "stats_max_value")} AS greatest
    FROM parquet_metadata(${quotedString(files)})
    GROUP BY file_name, row_group_id
    HAVING least IS NOT NULL`);
  return result.getRowObjectsJS().map((row) => rowGroup.parse(row));
}

const texts = (names: readonly string[]) => names.map((name) => quotedString(name)).join(", ");

/** Ids after which a new stretch begins, because the pieces of row groups up to there fill one. */
function cutsOf(groups: readonly RowGroup[], size: bigint): bigint[] {
  const pieces = groups.flatMap((group) => piecesOf(group, size / PIECES_OF_A_STRETCH));
  const cuts: bigint[] = [];
  let bytes = 0n;
  for (const piece of pieces.sort((a, b) => (a.upTo < b.upTo ? -1 : 1)).slice(0, -1)) {
    bytes += piece.bytes;
    if (bytes < size) continue;
    cuts.push(piece.upTo);
    bytes = 0n;
  }
  return [...new Set(cuts)];
}

function piecesOf({ bytes, least, greatest }: RowGroup, largest: bigint): { upTo: bigint; bytes: bigint }[] {
  const ids = greatest - least + 1n;
  const wanted = bytes / (largest > 0n ? largest : 1n) + 1n;
  const count = wanted < ids ? wanted : ids;
  return Array.from({ length: Number(count) }, (_, index) => ({
    upTo: least + (ids * BigInt(index + 1)) / count - 1n,
    bytes: bytes / count,
  }));
}

function stretch(groups: readonly RowGroup[], after: bigint | undefined, upTo: bigint | undefined): Stretch {
  const inside = groups.filter(
    ({ least, greatest }) =>
      (after === undefined || greatest > after) && (upTo === undefined || least <= upTo),
  );
  const filesOn = (side: "from" | "to") => [
    ...new Set(inside.filter((group) => group.side === side).map(({ file }) => file)),
  ];
  return {
    after,
    upTo,
    least: after === undefined ? least(inside) : after + 1n,
    greatest: upTo ?? greatest(inside),
    files: { from: filesOn("from"), to: filesOn("to") },
  };
}

const least = (groups: readonly RowGroup[]) =>
  groups.reduce((id, group) => (group.least < id ? group.least : id), groups[0]?.least ?? 0n);
const greatest = (groups: readonly RowGroup[]) =>
  groups.reduce((id, group) => (group.greatest > id ? group.greatest : id), groups[0]?.greatest ?? 0n);

/** The two halves of a stretch, by ids; undefined if it has a single one. */
export function halvesOf(whole: Stretch): [Stretch, Stretch] | undefined {
  if (whole.least >= whole.greatest) return undefined;
  const middle = whole.least + (whole.greatest - whole.least) / 2n;
  return [
    { ...whole, upTo: middle, greatest: middle },
    { ...whole, after: middle, least: middle + 1n },
  ];
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
