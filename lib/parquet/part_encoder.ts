import { type Schema, tableToIPC } from "apache-arrow";
import * as parquet from "parquet-wasm";
import { arrowTable } from "./arrow_table.ts";
import type { ColumnBuffers } from "./column_buffers.ts";

/** Written into every file's footer: fixed, so that the bytes depend on the data alone. */
const CREATED_BY = "discogs-data-lake";

/**
 * Encodes one part as a Parquet file with ZSTD. Holds the part about four times at once: buffers, Arrow IPC, their
 * copy in WASM, the encoded file.
 */
export function encodePart(schema: Schema, columns: readonly ColumnBuffers[], rows: number): Uint8Array {
  const table = parquet.Table.fromIPCStream(tableToIPC(arrowTable(schema, columns, rows), "stream"));
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setCreatedBy(CREATED_BY)
    .setMaxRowGroupSize(Math.max(rows, 1))
    .build();
  // Both arguments are consumed: writeParquet frees them.
  return parquet.writeParquet(table, properties);
}
