import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Column } from "../datasets/types.ts";
import type { DatasetFile } from "../lake/done.ts";
import { appendRows, type ColumnBuffers, type ColumnData, columnBuffers } from "./column_buffers.ts";
import { writePart } from "./part_encoder.ts";

/** Collects the rows of one part after another and writes them as files. Keeps its memory from part to part. */
export class PartFiles {
  readonly #declared: readonly Column[];
  readonly #columns: readonly ColumnBuffers[];
  #rows = 0;

  constructor(declared: readonly Column[]) {
    this.#declared = declared;
    this.#columns = declared.map((column) => columnBuffers(column.type));
  }

  /** Appends rows `[from, to)` of these columns to the part. */
  add(columns: readonly ColumnData[], from: number, to: number): void {
    this.#columns.forEach((target, index) => {
      appendRows(target, columns[index] as ColumnData, from, to);
    });
    this.#rows += to - from;
  }

  /** Writes the part to a new file. The next one is begun before the promise is given. */
  async write(path: string): Promise<DatasetFile> {
    const rows = this.#rows;
    const written = writePart(path, this.#declared, this.#columns, rows);
    for (const column of this.#columns) column.clear();
    this.#rows = 0;
    await written;
    const bytes = readFileSync(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name: basename(path), bytes: bytes.length, sha256, rows };
  }
}
