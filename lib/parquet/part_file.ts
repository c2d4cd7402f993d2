import { createHash } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { basename } from "node:path";
import type { Column } from "../datasets/types.ts";
import type { DatasetFile } from "../lake/done.ts";
import { appendRows, type ColumnBuffers, type ColumnData, columnBuffers } from "./column_buffers.ts";
import { encodePart, GROUP_ROWS } from "./part_encoder.ts";
import { PlainFile } from "./plain_file.ts";

/**
 * Writes the rows of one part after another. They go to a plain file beside the part, a row group at a time, so that memory
 * does not depend on how many rows a part has; DuckDB makes the part of it. Keeps its memory from part to part.
 */
export class PartFiles {
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

  /** Writes the part, a new file. The next one is begun before the promise is given. */
  async write(path: string): Promise<DatasetFile> {
    if (this.#rows > 0) this.#endGroup(path);
    const plain = this.#plainFor(path);
    this.#plain = undefined;
    plain.finish();
    await encodePart(plain.path, path);
    unlinkSync(plain.path);
    const bytes = readFileSync(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name: basename(path), bytes: bytes.length, sha256, rows: plain.rows };
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
