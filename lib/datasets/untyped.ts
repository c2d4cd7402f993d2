import type { ExtractedDataset, Source } from "./declaration.ts";
import type { Column } from "./types.ts";

/**
 * Returns the legacy (untyped) form of a dataset: the same columns and rows, but every id is VARCHAR as in
 * the dump, and no row is dropped because its id is missing or not a number. Rows that the typed form skips
 * (an alias without a name) are skipped here too. `artists_v1_typed` becomes `artists_v1`.
 *
 * An id is a column or ref field named `..._id`; `year` is a number, not an id, and stays BIGINT. "As in the
 * dump" applies to the value itself (zeros, signs, junk); surrounding white space is trimmed, as for every
 * value.
 */
export function untyped(dataset: ExtractedDataset): ExtractedDataset {
  const { key: _, ...rest } = dataset;
  return {
    ...rest,
    directory: withoutTyped(dataset.directory),
    table: withoutTyped(dataset.table),
    kind: "optional",
    required: false,
    columns: dataset.columns.map(untypedColumn),
    rows: dataset.rows.map(({ each, sources }) => ({
      each,
      sources: sources.map((source, index) => untypedSource(dataset.columns[index] as Column, source)),
    })),
    missing: dataset.missing.filter((rule) => rule.action !== "drop"),
  };
}

function withoutTyped(name: string): string {
  if (!name.endsWith("_typed")) throw new TypeError(`${name} has no untyped form`);
  return name.slice(0, -"_typed".length);
}

const isId = (name: string) => name.endsWith("_id");

function untypedColumn<C extends Column>({ mandatory: _, ...column }: C): Omit<C, "mandatory"> {
  if (isId(column.name)) return { ...column, type: "VARCHAR" };
  if (typeof column.type === "string" || column.type.array === "VARCHAR") return column;
  const row = column.type.array.row.map((field) =>
    isId(field.name) ? { ...field, type: "VARCHAR" as const } : field,
  );
  return { ...column, type: { array: { row } } };
}

function untypedSource(column: Column, source: Source): Source {
  if (source.kind === "refs") {
    const fields = source.fields.map((field) => ({
      ...field,
      ...untypedColumn(field),
      source: untypedSource(field, field.source),
    }));
    return { ...source, fields };
  }
  if (source.kind !== "id" || !isId(column.name)) return source;
  return { kind: "text", paths: source.paths };
}
