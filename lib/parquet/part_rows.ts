import type { Column } from "../datasets/types.ts";
import { appendRows, type ColumnBuffers, type ColumnData, columnBuffers } from "./column_buffers.ts";
import { GROUP_ROWS, PlainFile } from "./plain_file.ts";

/** The rows of a part, complete, in a plain file. */
export interface PlainPart {
  plain: string;
  rows: number;
}

/**
 * Takes the rows of one part after another. They go to a plain file beside the part, a row group at a time, so that
 * memory does not depend on how many rows a part has. Keeps its memory from part to part.
 */
export class PartRows {
  readonly #declared: readonly Column[];
  readonly #columns: readonly ColumnBuffers[];
  /** Rows in `columns`. */
  #rows = 0;
  #plain: PlainFile | undefined;

  constructor(declared: readonly Column[]) {
    this.#declared = declared;
    this.#columns = declared.map((column) => columnBuffers(column.type));
  }

  /** Appends rows `[from, to)` of these columns to the part that is going to be at `path`. */
  add(path: string, columns: readonly ColumnData[], from: number, to: number): void {
    let at = from;
    while (at < to) {
      const end = Math.min(to, at + GROUP_ROWS - this.#rows);
      this.#columns.forEach((target, index) => {
        appendRows(target, columns[index] as ColumnData, at, end);
      });
      this.#rows += end - at;
      at = end;
      if (this.#rows === GROUP_ROWS) this.#endGroup(path);
    }
  }

  /** Ends the part. What is added from now on is of the next one. */
  end(path: string): PlainPart {
    if (this.#rows > 0) this.#endGroup(path);
    const plain = this.#plainFor(path);
    this.#plain = undefined;
    plain.finish();
    return { plain: plain.path, rows: plain.rows };
  }

  #endGroup(path: string): void {
    this.#plainFor(path).add(this.#columns, this.#rows);
    for (const column of this.#columns) column.clear();
    this.#rows = 0;
  }

  #plainFor(path: string): PlainFile {
    this.#plain ??= new PlainFile(`${path}.plain`, this.#declared);
    return this.#plain;
  }
}
