import { join } from "node:path";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { namesIn } from "../../files/files.ts";
import { readParquet } from "../../parquet/read_parquet.ts";
import type { DuckDbSession } from "../../sql/duckdb/session.ts";
import { type QueryResult, rowObjects } from "../../sql/engine.ts";
import type { Row } from "./rebuilt_form.ts";
import { type RecordShape, rowLists } from "./shape.ts";

/** The rows of one dataset in the order of its files, record by record. */
export class DatasetRows {
  readonly #results: AsyncIterator<QueryResult>;
  readonly #id: string;
  #rows: readonly Row[] = [];
  #next = 0;

  /** `id` is the column with the record's id. */
  constructor(results: AsyncIterable<QueryResult>, id: string) {
    this.#results = results[Symbol.asyncIterator]();
    this.#id = id;
  }

  /** The next row, which stays the next one; undefined at the end. */
  async peek(): Promise<Row | undefined> {
    while (this.#next === this.#rows.length) {
      const { done, value } = await this.#results.next();
      if (done === true) return undefined;
      this.#rows = rowObjects(value);
      this.#next = 0;
    }
    return this.#rows[this.#next];
  }

  /** The rows up to the first that is of another record than the one with this id. */
  async take(id: bigint): Promise<Row[]> {
    const taken: Row[] = [];
    for (let row = await this.peek(); row?.[this.#id] === id; row = await this.peek()) {
      taken.push(row);
      this.#next++;
    }
    return taken;
  }

  /** Ends the reading, wherever it is. */
  async close(): Promise<void> {
    await this.#results.return?.();
  }
}

/** Opens all datasets of an entity, in directories of their names below `root`, for a merge with the records. */
export async function openDatasetRows(
  session: DuckDbSession,
  root: string,
  shape: RecordShape,
): Promise<Map<string, DatasetRows>> {
  const { column } = shape.id;
  const opened = new Map<string, DatasetRows>();
  for (const [dataset, columns] of columnsOf(shape)) {
    const dir = join(root, dataset);
    const files = (await namesIn(dir)).filter((name) => name.endsWith(".parquet")).sort();
    const paths = files.map((name) => quotedString(join(dir, name)));
    const names = [...columns].map((name) => quotedIdentifier(name));
    const sql = `SELECT ${names.join(", ")} FROM ${readParquet(`[${paths.join(", ")}]`)}`;
    opened.set(dataset, new DatasetRows(session.stream(sql), column));
  }
  return opened;
}

/** The columns of each dataset that the records are rebuilt from. */
function columnsOf(shape: RecordShape): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  const add = (dataset: string, names: readonly string[]) =>
    columns.set(dataset, new Set([...(columns.get(dataset) ?? []), shape.id.column, ...names]));
  add(
    shape.dataset,
    shape.leaves.map(({ column }) => column),
  );
  for (const list of shape.lists) if (list.kind !== "rows") add(shape.dataset, [list.column]);
  for (const { dataset, ordinal, ties, leaves, lists } of rowLists(shape.lists)) {
    const inRow = lists.flatMap((list) => (list.kind === "rows" ? [] : [list.column]));
    add(dataset, [ordinal, ...Object.keys(ties), ...leaves.map(({ column }) => column), ...inRow]);
  }
  return columns;
}
