import type { Column } from "../datasets/types.ts";
import type { WrittenValues } from "../lake/done.ts";
import type { DescribedDataset } from "./metadata_option.ts";
import type { ColumnData } from "./column_data.ts";
import { type Filled, FilledCounts } from "./filled.ts";
import { freeMemory } from "./free_memory.ts";
import { type PackedColumns, unpackColumns } from "./packed_columns.ts";
import { PlainFile } from "./plain_file.ts";
import { sliceRows } from "./row_slice.ts";
import { ValueAccount } from "./written_values.ts";

/**
 * Rows per row group of the plain file. A multiple of the 2048 rows that DuckDB reads at once, so that the row groups of parts do
 * not depend on it; small enough for the caches of a processor to hold one, and for the memory of waiting rows.
 */
const PLAIN_GROUP_ROWS = 20_480;

/** Properties of a dataset's parts. */
export interface PartShape extends DescribedDataset {
  columns: readonly (Column & DescribedDataset["columns"][number])[];
  /** Rows per row group, except the last. */
  groupRows: number;
}

/** All rows of a part, in a plain file. */
export interface PlainPart {
  /** Path of the part. */
  path: string;
  plain: string;
  rows: number;
  /** Of the plain file. */
  bytes: number;
  groupRows: number;
  dataset: DescribedDataset;
}

/** Sums over all rows of a dataset. */
export interface RowTotals {
  /** Number of non-NULL rows per column. */
  filled: Filled;
  /** The account of all values. */
  written: WrittenValues;
}

/**
 * Collects the rows of one part after another in a plain file next to the part, one row group at a time, so that memory does not
 * depend on the size of a part.
 * @throws TypeError when no part was begun, or the previous one was not ended
 */
export class PartRows {
  readonly #shape: PartShape;
  /** The current row group of the plain file so far: the columns of some rows, then those of the next ones. */
  #stretches: (readonly ColumnData[])[] = [];
  /** Rows in `#stretches`. */
  #rows = 0;
  /** The current part. */
  #part: { path: string; plain: PlainFile } | undefined;
  #taken: readonly ColumnData[] = [];
  /** The memory of `#taken`, then that of columns taken before, whose last rows are in the current row group. */
  #memory: PackedColumns[] = [];
  readonly #filled: FilledCounts;
  readonly #account: ValueAccount;

  constructor(shape: PartShape) {
    this.#shape = shape;
    this.#filled = new FilledCounts(shape.columns);
    this.#account = new ValueAccount(shape.columns);
  }

  /** Begins the part at `path`. */
  begin(path: string): void {
    if (this.#part !== undefined) throw new TypeError(`${this.#part.path} was not ended`);
    this.#part = { path, plain: new PlainFile(`${path}.plain`, this.#shape.columns) };
  }

  /**
   * Takes over the columns whose rows are appended from now on. They are not copied before they are written; then their memory is
   * freed, which the collector of a busy thread would have to look for often.
   */
  take(packed: PackedColumns): void {
    this.#taken = unpackColumns(packed, this.#shape.columns);
    this.#memory.unshift(packed);
    // Includes rows that are never appended because of a limit of parts, but a partial dataset has no record.
    this.#account.add(this.#taken);
  }

  /** Appends rows `[from, to)` of these columns. */
  append(from: number, to: number): void {
    const { plain } = this.#begun;
    this.#filled.add(this.#taken, from, to);
    let at = from;
    while (at < to) {
      const end = Math.min(to, at + PLAIN_GROUP_ROWS - this.#rows);
      this.#stretches.push(this.#stretch(at, end));
      this.#rows += end - at;
      at = end;
      if (this.#rows === PLAIN_GROUP_ROWS) this.#endGroup(plain);
    }
  }

  /** Ends the part. */
  end(): PlainPart {
    const { path, plain } = this.#begun;
    if (this.#rows > 0) this.#endGroup(plain);
    this.#part = undefined;
    plain.finish();
    const { path: plainPath, rows, bytes } = plain;
    const { groupRows, directory, about, columns } = this.#shape;
    const dataset = { directory, about, columns: columns.map(({ name, about }) => ({ name, about })) };
    return { path, plain: plainPath, rows, bytes, groupRows, dataset };
  }

  /** The totals of all parts. Ends the account. */
  totals(): RowTotals {
    return { filled: this.#filled.filled, written: this.#account.end() };
  }

  get #begun(): { path: string; plain: PlainFile } {
    if (this.#part === undefined) throw new TypeError("no part was begun");
    return this.#part;
  }

  /** Some rows of these columns; the columns themselves if all. */
  #stretch(from: number, to: number): readonly ColumnData[] {
    const all = this.#taken;
    if (from === 0 && to === rowsOf(all)) return all;
    return all.map((column) => sliceRows(column, from, to));
  }

  #endGroup(plain: PlainFile): void {
    plain.add(this.#stretches, this.#rows);
    this.#stretches = [];
    this.#rows = 0;
    freeMemory(this.#memory.splice(1));
  }
}

function rowsOf([first]: readonly ColumnData[]): number {
  if (first === undefined || first.kind === "struct")
    throw new TypeError("a dataset has no column of structs");
  return first.validity.length;
}
