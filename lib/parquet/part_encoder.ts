import { AsyncByteQueue, RecordBatchStreamWriter, type Schema } from "apache-arrow";
import * as parquet from "parquet-wasm";
import type { Column } from "../datasets/types.ts";
import { arrowSchema, arrowTable } from "./arrow_table.ts";
import type { ColumnBuffers } from "./column_buffers.ts";

/** Written into every file's footer: fixed, so that the bytes depend on the data alone. */
const CREATED_BY = "discogs-data-lake";

/** Encodes parts as Parquet files with ZSTD. Holds a part about four times at once, and keeps memory from part to part. */
export class PartEncoder {
  readonly #declared: readonly Column[];
  readonly #schema: Schema;

  constructor(declared: readonly Column[]) {
    this.#declared = declared;
    this.#schema = arrowSchema(declared);
  }

  /** The bytes of the file that has these rows. */
  encode(columns: readonly ColumnBuffers[], rows: number): Uint8Array {
    ipc.clear();
    new RecordBatchStreamWriter().reset(ipc).writeAll(arrowTable(this.#schema, columns, rows));
    const table = parquet.Table.fromIPCStream(ipc.bytes);
    // Both arguments are consumed: writeParquet frees them.
    return parquet.writeParquet(table, writerProperties(this.#declared, rows));
  }
}

/** Takes Arrow IPC as it is written. The memory is kept, because garbage of such a size stays for long. */
class IpcMemory extends AsyncByteQueue<Uint8Array> {
  #memory = new Uint8Array(1 << 16);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  override write(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) {
      const larger = new Uint8Array(Math.ceil(length * 1.2));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = length;
  }

  /** Stays open for the next part. */
  override close(): void {}

  clear(): void {
    this.#length = 0;
  }
}

/** One for all encoders of a thread: a part is encoded before the next one is begun. */
const ipc = new IpcMemory();

/**
 * Statistics are kept of numbers only: readers skip pages by ids, while texts come in the order of the ids, so that
 * every page has them from one end of the alphabet to the other.
 */
function writerProperties(declared: readonly Column[], rows: number): parquet.WriterProperties {
  const builder = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.ZSTD)
    .setCreatedBy(CREATED_BY)
    .setStatisticsEnabled(parquet.EnabledStatistics.None)
    .setMaxRowGroupSize(Math.max(rows, 1));
  return declared
    .reduce((properties, column) => withEncoding(withStatistics(properties, column), column), builder)
    .build();
}

function withStatistics(
  builder: parquet.WriterPropertiesBuilder,
  { name, type }: Column,
): parquet.WriterPropertiesBuilder {
  if (type !== "BIGINT") return builder;
  return builder.setColumnStatisticsEnabled(name, parquet.EnabledStatistics.Page);
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
