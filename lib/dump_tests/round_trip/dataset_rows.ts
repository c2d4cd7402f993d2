import { join } from "node:path";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { namesIn } from "../../files/files.ts";
import { readParquet } from "../../parquet/read_parquet.ts";
import type { DuckDbSession } from "../../sql/duckdb/session.ts";
import { type QueryResult, rowObjects } from "../../sql/engine.ts";
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
    const names = [...columns].map(quotedIdentifier).join(", ");
    const sql = `SELECT ${names} FROM ${await filesOf(join(root, dataset))}`;
    opened.set(dataset, new DatasetRows(session.stream(sql), shape.id.column));
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

/** The columns from which records are rebuilt, by dataset. */
function columnsOf(shape: RecordShape): Map<string, Set<string>> {
  const datasets = new Map<string, Set<string>>();
  const add = (dataset: string, columns: readonly string[]) =>
    datasets.set(dataset, new Set([...(datasets.get(dataset) ?? []), ...columns]));
  const id = shape.id.column;
  add(shape.dataset, [id, ...shape.leaves.map(columnOf), ...shape.lists.flatMap(inRow)]);
  for (const { dataset, ordinal, ties, leaves, lists } of rowLists(shape.lists))
    add(dataset, [id, ordinal, ...Object.keys(ties), ...leaves.map(columnOf), ...lists.flatMap(inRow)]);
  return datasets;
}

const columnOf = ({ column }: Leaf) => column;
const inRow = (list: ListShape) => (list.kind === "rows" ? [] : [list.column]);
