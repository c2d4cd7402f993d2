import { join } from "node:path";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { namesIn } from "../../files/files.ts";
import { readParquet } from "../../parquet/read_parquet.ts";
import type { DuckDbSession } from "../../sql/duckdb/session.ts";
import { type QueryResult, rowObjects, type SqlValue } from "../../sql/engine.ts";
import type { Row } from "./rebuilt_form.ts";
import { type Leaf, type ListShape, type RecordShape, rowLists } from "./shape.ts";

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

  /** Peeks at the next row; undefined at the end. */
  async peek(): Promise<Row | undefined> {
    while (this.#next === this.#rows.length) {
      const { done, value } = await this.#results.next();
      if (done === true) return undefined;
      this.#rows = rowObjects(value);
      this.#next = 0;
    }
    return this.#rows[this.#next];
  }

  /** The rows up to the first of another record than the one with this id. */
  async take(id: bigint): Promise<Row[]> {
    const taken: Row[] = [];
    for (let row = await this.peek(); row?.[this.#id] === id; row = await this.peek()) {
      taken.push(row);
      this.#next++;
    }
    return taken;
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#results.return?.();
  }
}

/** Opens all datasets of an entity, in directories of their names below `root`, to merge them with the records. */
export async function openDatasetRows(
  session: DuckDbSession,
  root: string,
  shape: RecordShape,
): Promise<Map<string, DatasetRows>> {
  const opened = new Map<string, DatasetRows>();
  for (const [dataset, columns] of columnsOf(shape)) {
    const names = [...columns].map(([name, read]) => `${read} AS ${quotedIdentifier(name)}`);
    const sql = `SELECT ${names.join(", ")} FROM ${await filesOf(join(root, dataset))}`;
    opened.set(dataset, new DatasetRows(withoutMarks(session.stream(sql)), shape.id.column));
  }
  return opened;
}

/** The ids that occur in several rows of the dataset of records. */
export async function repeatedIds(
  session: DuckDbSession,
  root: string,
  { dataset, id }: RecordShape,
): Promise<Set<bigint>> {
  const column = quotedIdentifier(id.column);
  const files = await filesOf(join(root, dataset));
  const result = await session.run(`SELECT ${column} FROM ${files} GROUP BY ${column} HAVING count(*) > 1`);
  return new Set(result.getRows().map(([value]) => value as bigint));
}

/** The parts of a dataset in order, for FROM. */
async function filesOf(dir: string): Promise<string> {
  const files = (await namesIn(dir)).filter((name) => name.endsWith(".parquet")).sort();
  return readParquet(`[${files.map((name) => quotedString(join(dir, name))).join(", ")}]`);
}

/** The columns from which records are rebuilt, by dataset, each with the SQL that reads it. */
function columnsOf(shape: RecordShape): Map<string, Map<string, string>> {
  const datasets = new Map<string, Map<string, string>>();
  const add = (dataset: string, columns: readonly [string, string][]) =>
    datasets.set(dataset, new Map([...(datasets.get(dataset) ?? []), ...columns]));
  const id = plain(shape.id.column);
  add(shape.dataset, [id, ...shape.leaves.map(ofLeaf), ...shape.lists.flatMap(inRow)]);
  for (const { dataset, ordinal, ties, leaves, lists } of rowLists(shape.lists)) {
    const tied = Object.entries(ties).map(([name, tie]) =>
      typeof tie === "string" ? marked(name) : plain(name),
    );
    add(dataset, [id, plain(ordinal), ...tied, ...leaves.map(ofLeaf), ...lists.flatMap(inRow)]);
  }
  return datasets;
}

const plain = (column: string): [string, string] => [column, quotedIdentifier(column)];

// DuckDB's client for Node removes a byte order mark (U+FEFF) from the beginning of every text. So a mark is put before texts
// when reading them.
const MARK = "=";
const mark = (value: string) => `'${MARK}' || CAST(${value} AS VARCHAR)`;
const marked = (column: string): [string, string] => [column, mark(quotedIdentifier(column))];

const ofLeaf = ({ column, reading }: Leaf) => (reading === "text" ? marked(column) : plain(column));

function inRow(list: ListShape): [string, string][] {
  if (list.kind === "rows") return [];
  const fields =
    list.kind === "texts"
      ? mark("item")
      : `{${list.leaves.map(({ column }) => `${quotedString(column)}: ${mark(`item.${quotedIdentifier(column)}`)}`).join(", ")}}`;
  return [[list.column, `[${fields} FOR item IN ${quotedIdentifier(list.column)}]`]];
}

async function* withoutMarks(results: AsyncIterable<QueryResult>): AsyncGenerator<QueryResult> {
  for await (const { columns, rows } of results)
    yield { columns, rows: rows.map((row) => row.map(unmarked)) };
}

/** A value without the mark of its texts. */
function unmarked(value: SqlValue): SqlValue {
  if (typeof value === "string") return value.slice(MARK.length);
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, unmarked(field)]));
}
