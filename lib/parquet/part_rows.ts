import type { Column } from "../datasets/types.ts";
import { appendRows, type ColumnBuffers, type ColumnData, columnBuffers } from "./column_buffers.ts";
import { GROUP_ROWS, PlainFile } from "./plain_file.ts";

/** The rows of a part, complete, in a plain file. */
export interface PlainPart {
  /** Where the part is going to be. */
  path: string;
  plain: string;
  rows: number;
}

/**
 * Takes the rows of one part after another. They go to a plain file beside the part, a row group at a time, so that
 * memory does not depend on how many rows a part has. Keeps its memory from part to part.
 * @throws TypeError when a part is not begun, or the one before is not ended
 */
export class PartRows {
  readonly #declared: readonly Column[];
  readonly #columns: readonly ColumnBuffers[];
  /** Rows in `columns`. */
  #rows = 0;
  /** The part that was begun. */
  #part: { path: string; plain: PlainFile } | undefined;
  #taken: readonly ColumnData[] = [];

  constructor(declared: readonly Column[]) {
    this.#declared = declared;
    this.#columns = declared.map((column) => columnBuffers(column.type));
  }

  /** Begins the part that is going to be at `path`. */
  begin(path: string): void {
    if (this.#part !== undefined) throw new TypeError(`${this.#part.path} is not ended`);
    this.#part = { path, plain: new PlainFile(`${path}.plain`, this.#declared) };
  }

  /** Takes the columns whose rows are appended from now on. */
  take(columns: readonly ColumnData[]): void {
    this.#taken = columns;
  }

  /** Appends rows `[from, to)` of the columns that were taken. */
  append(from: number, to: number): void {
    const { plain } = this.#begun;
    let at = from;
    while (at < to) {
      const end = Math.min(to, at + GROUP_ROWS - this.#rows);
      this.#columns.forEach((target, index) => {
        appendRows(target, this.#taken[index] as ColumnData, at, end);
      });
      this.#rows += end - at;
      at = end;
      if (this.#rows === GROUP_ROWS) this.#endGroup(plain);
    }
  }

  /** Ends the part. */
  end(): PlainPart {
    const { path, plain } = this.#begun;
    if (this.#rows > 0) this.#endGroup(plain);
    this.#part = undefined;
    plain.finish();
    return { path, plain: plain.path, rows: plain.rows };
  }

  get #begun(): { path: string; plain: PlainFile } {
    if (this.#part === undefined) throw new TypeError("no part is begun");
    return this.#part;
  }

  #endGroup(plain: PlainFile): void {
    plain.add(this.#columns, this.#rows);
    for (const column of this.#columns) column.clear();
    this.#rows = 0;
  }
}
