import { createHash, type Hash } from "node:crypto";
import type { Column } from "../datasets/types.ts";
import type { WrittenValues } from "../lake/done.ts";
import type { ColumnData, Int64Data } from "./column_data.ts";

/** Name of a field in a list of structs, e.g. `artist_refs.artist_id`. */
const fieldPath = (column: string, field: string): string => `${column}.${field}`;

/**
 * Accounts for the values of a dataset on their way to its parts, for comparison with the files: the bytes of texts, and a
 * digest of the numbers in order. Reads the plain values in memory, so Parquet is not involved.
 */
export class ValueAccount {
  readonly #columns: readonly Column[];
  readonly #bytes = new Map<string, number>();
  readonly #digests = new Map<string, Hash>();

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    for (const { name, type } of columns) {
      if (type === "VARCHAR") this.#bytes.set(name, 0);
      else if (type === "BIGINT") this.#digests.set(name, createHash("sha256"));
      else if (typeof type === "object" && type.array !== "VARCHAR") {
        for (const field of type.array.row.filter((each) => each.type === "BIGINT")) {
          this.#digests.set(fieldPath(name, field.name), createHash("sha256"));
        }
      }
    }
  }

  /** Adds all rows of these columns. */
  add(columns: readonly ColumnData[]): void {
    this.#columns.forEach(({ name, type }, index) => {
      const data = columns[index];
      if (data === undefined || data.kind === "struct")
        throw new TypeError(`${name} is not a column of a dataset`);
      if (data.kind === "utf8") this.#bytes.set(name, (this.#bytes.get(name) ?? 0) + data.byteLength);
      else if (data.kind === "int64") this.#digest(name, data);
      else if (
        data.kind === "list" &&
        data.child.kind === "struct" &&
        typeof type === "object" &&
        type.array !== "VARCHAR"
      ) {
        for (const [at, field] of type.array.row.entries()) {
          const values = data.child.fields[at];
          if (values?.kind === "int64") this.#digest(fieldPath(name, field.name), values);
        }
      }
    });
  }

  /** The account of everything added. Ends it. */
  end(): WrittenValues {
    return {
      bytes: Object.fromEntries(this.#bytes),
      numbers: Object.fromEntries([...this.#digests].map(([name, hash]) => [name, hash.digest("hex")])),
    };
  }

  #digest(name: string, { words, validity }: Int64Data): void {
    const bytes = (validity.length - validity.nullCount) * 8;
    this.#digests.get(name)?.update(new Uint8Array(words.buffer, words.byteOffset, bytes));
  }
}
