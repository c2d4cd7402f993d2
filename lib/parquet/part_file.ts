import { unlinkSync } from "node:fs";
import { basename } from "node:path";
import type { PartSink, WrittenPart } from "./dataset_writer.ts";
import { SOURCE_TO_COME } from "./file_metadata.ts";
import { metadataOption } from "./metadata_option.ts";
import type { PackedColumns } from "./packed_columns.ts";
import { encodeFile } from "./parquet_encoder.ts";
import { PartRows, type PartShape, type PlainPart, type RowTotals } from "./part_rows.ts";

/** Encodes a part from its plain file, and removes the plain file. */
export async function encodePart({ path, plain, rows, groupRows, dataset }: PlainPart): Promise<WrittenPart> {
  await encodeFile(plain, path, groupRows, [metadataOption(dataset, SOURCE_TO_COME)]);
  unlinkSync(plain);
  return { name: basename(path), rows };
}

/** Writes the parts of one dataset in this thread. */
export class PartFiles implements PartSink {
  readonly #rows: PartRows;

  constructor(shape: PartShape) {
    this.#rows = new PartRows(shape);
  }

  begin(path: string): void {
    this.#rows.begin(path);
  }

  take(packed: PackedColumns): void {
    this.#rows.take(packed);
  }

  append(from: number, to: number): void {
    this.#rows.append(from, to);
  }

  async end(): Promise<WrittenPart> {
    return encodePart(this.#rows.end());
  }

  async totals(): Promise<RowTotals> {
    return this.#rows.totals();
  }
}
