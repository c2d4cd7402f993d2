import type { RecordBatch } from "apache-arrow";
import {
  Compression,
  ParquetFile,
  Table,
  transformParquetStream,
  type RecordBatch as WasmBatch,
  WriterPropertiesBuilder,
} from "parquet-wasm";
import type { QueryResult } from "../engine.ts";
import { arrowBatches } from "./arrow_batches.ts";
import { batchStream } from "./arrow_stream.ts";

/** Rows per row group, which the writer holds in memory. */
const GROUP_ROWS = 122_880;

/**
 * Writes a result as a Parquet file with ZSTD, one row group at a time. The package ends its stream normally even if its source
 * fails or a batch can't be written, so the source's failure is thrown at the end of the stream, and the rows in the footer are
 * compared with those passed in.
 */
export async function* parquetOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<Uint8Array> {
  const source = new BatchSource(arrowBatches(parts));
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(GROUP_ROWS)
    .build();
  let last = new Uint8Array();
  let size = 0;
  try {
    for await (const bytes of await transformParquetStream(source.stream, properties)) {
      last = bytes;
      size += bytes.length;
      yield bytes;
    }
    source.throwFailure();
    const written = await rowsInFooter(last, size - last.length);
    if (written !== source.rows) throw new Error(`the file has ${written} of ${source.rows} rows`);
  } catch (error) {
    // Without a first batch, the package only reports its own error.
    source.throwFailure();
    throw error;
  } finally {
    await source.end();
  }
}

/** Supplies batches to the package, one per request. */
class BatchSource {
  readonly stream: ReadableStream<WasmBatch>;
  rows = 0;
  #failure: { error: unknown } | undefined;
  readonly #batches: AsyncGenerator<RecordBatch>;

  constructor(batches: AsyncGenerator<RecordBatch>) {
    this.#batches = batches;
    this.stream = new ReadableStream<WasmBatch>(
      { pull: (controller) => this.#pull(controller) },
      { highWaterMark: 0 },
    );
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Ends the source of batches, even if not all were requested. */
  async end(): Promise<void> {
    await this.#batches.return(undefined);
  }

  async #pull(controller: ReadableStreamDefaultController<WasmBatch>): Promise<void> {
    try {
      const { value, done } = await this.#batches.next();
      if (done === true) return controller.close();
      for (const batch of wasmBatches(value)) controller.enqueue(batch);
      this.rows += value.numRows;
    } catch (error) {
      this.#failure = { error };
      controller.close();
    }
  }
}

function wasmBatches(batch: RecordBatch): WasmBatch[] {
  const table = Table.fromIPCStream(batchStream(batch));
  try {
    return table.recordBatches();
  } finally {
    table.free();
  }
}

/**
 * Rows according to a file's footer, from its last chunk: the package writes footer and page index together.
 * @param start offset of the chunk in the file
 */
async function rowsInFooter(last: Uint8Array, start: number): Promise<number> {
  const piece = new Blob([new Uint8Array(last)]);
  // The package requests only the size of a file and ranges at its end.
  const file = Object.defineProperties(new Blob([]), {
    size: { value: start + piece.size },
    slice: { value: (from: number, to: number) => piece.slice(from - start, to - start) },
  });
  const reader = await ParquetFile.fromFile(file);
  const metadata = reader.metadata();
  const inFile = metadata.fileMetadata();
  try {
    return inFile.numRows();
  } finally {
    for (const held of [inFile, metadata, reader]) held.free();
  }
}
