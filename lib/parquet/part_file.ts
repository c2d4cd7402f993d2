import { createHash } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { basename } from "node:path";
import type { Column } from "../datasets/types.ts";
import type { DatasetFile } from "../lake/done.ts";
import type { ColumnData } from "./column_buffers.ts";
import type { PartSink } from "./dataset_writer.ts";
import { encodeFile } from "./parquet_encoder.ts";
import { PartRows, type PlainPart } from "./part_rows.ts";

/** Makes a part of its rows, and removes the plain file that they were in. */
export async function encodePart({ path, plain, rows }: PlainPart): Promise<DatasetFile> {
  await encodeFile(plain, path);
  unlinkSync(plain);
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name: basename(path), bytes: bytes.length, sha256, rows };
}

/** Makes the parts of one dataset in this thread. */
export class PartFiles implements PartSink {
  readonly #rows: PartRows;

  constructor(declared: readonly Column[]) {
    this.#rows = new PartRows(declared);
  }

  begin(path: string): void {
    this.#rows.begin(path);
  }

  take(columns: readonly ColumnData[]): void {
    this.#rows.take(columns);
  }

  append(from: number, to: number): void {
    this.#rows.append(from, to);
  }

  async end(): Promise<DatasetFile> {
    return encodePart(this.#rows.end());
  }
}
