import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Column } from "../datasets/types.ts";
import type { DatasetFile } from "../lake/done.ts";
import { appendRows, type ColumnBuffers, type ColumnData, columnBuffers } from "./column_buffers.ts";
import { PartEncoder } from "./part_encoder.ts";

/** Collects the rows of one part after another and writes them as files. Keeps its memory from part to part. */
export class PartFiles {
  readonly #encoder: PartEncoder;
  readonly #columns: readonly ColumnBuffers[];
  #rows = 0;

  constructor(columns: readonly Column[]) {
    this.#encoder = new PartEncoder(columns);
    this.#columns = columns.map((column) => columnBuffers(column.type));
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
    const bytes = this.#encoder.encode(this.#columns, rows);
    for (const column of this.#columns) column.clear();
    this.#rows = 0;
    // Without waiting for other threads, which on busy cores takes ten times as long.
    writeFileSync(path, bytes, { flag: "wx" });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name: basename(path), bytes: bytes.length, sha256, rows };
  }
}
