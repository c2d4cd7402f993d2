import { type RecordBatch, RecordBatchStreamWriter, type Schema, Table } from "apache-arrow";
import type { QueryResult } from "../engine.ts";
import { arrowBatches } from "./arrow_batches.ts";

/** The end of a stream: the mark of a message, with length 0. */
const END = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/**
 * Writes a result as an Arrow IPC stream, batch by batch. The package's own streams buffer everything however slow the reader
 * is, so each batch is written as a separate stream, of which the schema is kept only once.
 */
export async function* arrowOf(parts: AsyncIterable<QueryResult>): AsyncGenerator<Uint8Array> {
  let schema: Uint8Array | undefined;
  for await (const batch of arrowBatches(parts)) {
    if (schema === undefined) {
      schema = schemaBytes(batch.schema);
      yield schema;
    }
    if (batch.numRows > 0) yield batchStream(batch).subarray(schema.length, -END.length);
  }
  yield END;
}

/** A batch as a complete IPC stream: schema, batch, end. */
export function batchStream(batch: RecordBatch): Uint8Array {
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}

function schemaBytes(schema: Schema): Uint8Array {
  return RecordBatchStreamWriter.writeAll(new Table(schema)).toUint8Array(true).subarray(0, -END.length);
}
