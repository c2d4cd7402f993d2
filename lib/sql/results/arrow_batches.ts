import { makeData, RecordBatch, type Schema, Struct } from "apache-arrow";
import type { QueryResult, SqlValue } from "../engine.ts";
import { arrowSchema } from "./arrow_type.ts";
import { arrowData } from "./arrow_values.ts";

/** Minimum rows per batch, except the last: enough to make the cost per batch negligible. */
const BATCH_ROWS = 16_384;

/** Converts a result to Arrow batches of one schema as the rows arrive. There is at least one, even without rows. */
export async function* arrowBatches(parts: AsyncIterable<QueryResult>): AsyncGenerator<RecordBatch> {
  let schema: Schema | undefined;
  let waiting: SqlValue[][] = [];
  let isFirst = true;
  for await (const { columns, rows } of parts) {
    schema ??= arrowSchema(columns);
    for (const row of rows) waiting.push(row);
    if (waiting.length < BATCH_ROWS) continue;
    yield batchOf(schema, waiting);
    waiting = [];
    isFirst = false;
  }
  if (schema !== undefined && (isFirst || waiting.length > 0)) yield batchOf(schema, waiting);
}

function batchOf(schema: Schema, rows: readonly SqlValue[][]): RecordBatch {
  const children = schema.fields.map(({ type }, index) =>
    arrowData(
      type,
      rows.map((row) => row[index] ?? null),
    ),
  );
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
}
