import { unlinkSync } from "node:fs";
import { basename } from "node:path";
import type { ColumnData } from "./column_buffers.ts";
import type { PartSink, WrittenPart } from "./dataset_writer.ts";
import { metadataOption, SOURCE_TO_COME } from "./file_metadata.ts";
import { copiedColumns } from "./packed_columns.ts";
import { encodeFile } from "./parquet_encoder.ts";
import { PartRows, type PartShape, type PlainPart } from "./part_rows.ts";

/** Makes a part of its rows, and removes the plain file that they were in. */
export async function encodePart({ path, plain, rows, groupRows, dataset }: PlainPart): Promise<WrittenPart> {
  await encodeFile(plain, path, groupRows, [metadataOption(dataset, SOURCE_TO_COME)]);
  unlinkSync(plain);
  return { name: basename(path), rows };
}

/** Makes the parts of one dataset in this thread. */
export class PartFiles implements PartSink {
  readonly #columns: PartShape["columns"];
  readonly #rows: PartRows;

  constructor(shape: PartShape) {
    this.#columns = shape.columns;
    this.#rows = new PartRows(shape);
  }

  begin(path: string): void {
    this.#rows.begin(path);
  }

  take(columns: readonly ColumnData[]): void {
    // A copy: whoever gives them may use their memory for other rows before these are written.
    this.#rows.take(copiedColumns(columns, this.#columns));
  }

  append(from: number, to: number): void {
    this.#rows.append(from, to);
  }

  async end(): Promise<WrittenPart> {
    return encodePart(this.#rows.end());
  }
}
