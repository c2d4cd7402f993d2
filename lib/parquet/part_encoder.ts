import { type Schema, tableToIPC } from "apache-arrow";
import * as parquet from "parquet-wasm";
import type { Column } from "../datasets/types.ts";
import { arrowTable } from "./arrow_table.ts";
import type { ColumnBuffers } from "./column_buffers.ts";

/** Written into every file's footer: fixed, so that the bytes depend on the data alone. */
const CREATED_BY = "discogs-data-lake";

/**
 * Encodes one part as a Parquet file with ZSTD. Holds the part about four times at once: buffers, Arrow IPC, their
 * copy in WASM, the encoded file.
 */
export function encodePart(
  schema: Schema,
  declared: readonly Column[],
  columns: readonly ColumnBuffers[],
  rows: number,
): Uint8Array {
  const table = parquet.Table.fromIPCStream(tableToIPC(arrowTable(schema, columns, rows), "stream"));
  const properties = writerProperties(declared, rows);
  // Both arguments are consumed: writeParquet frees them.
  return parquet.writeParquet(table, properties);
}

function writerProperties(declared: readonly Column[], rows: number): parquet.WriterProperties {
  const builder = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setCreatedBy(CREATED_BY)
    .setMaxRowGroupSize(Math.max(rows, 1));
  return declared.reduce(withEncoding, builder).build();
}

/** Columns have a dictionary while it pays, but those whose values hardly repeat are delta-encoded from the start. */
function withEncoding(
  builder: parquet.WriterPropertiesBuilder,
  { name, type, distinct }: Column,
): parquet.WriterPropertiesBuilder {
  if (distinct !== true) return builder;
  const { DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY } = parquet.Encoding;
  const encoding = type === "BIGINT" ? DELTA_BINARY_PACKED : DELTA_LENGTH_BYTE_ARRAY;
  return builder.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, encoding);
}
