import type { XmlElement } from "../dump_records.ts";
import type { DatasetRows } from "./dataset_rows.ts";
import { type Difference, differences } from "./differences.ts";
import { DumpedForm } from "./dumped_form.ts";
import type { Entry } from "./entry.ts";
import { type Row, rebuiltForm } from "./rebuilt_form.ts";
import type { RecordShape } from "./shape.ts";

/** A record whose datasets differ from the dump. */
export interface DifferingRecord {
  id: bigint;
  /** Its number in the dump, from 1; all numbers of records with the same id, which are compared together. */
  numbers: number[];
  differences: Difference[];
}

/** The result of a comparison. */
export interface Comparison {
  /** Records that were rebuilt and compared. */
  rebuilt: number;
  /** Records in no dataset: without an id, or not an entity. */
  leftOut: number;
  differing: number;
  /** The first differing records. */
  first: DifferingRecord[];
  /** Why the two sides do not have the same records, if so. */
  broken?: string;
}

/** Both sides of one id. */
interface SameId {
  id: bigint;
  numbers: number[];
  entries: Entry[];
  rows: Map<string, Row[]>;
}

/** Options for comparing rebuilt records with the dump's. */
export interface ComparisonOptions {
  shape: RecordShape;
  datasets: ReadonlyMap<string, DatasetRows>;
  /**
   * Ids of several records. Their rows can't be told apart, so they are compared together at the end, and both sides are kept
   * until then.
   */
  repeated: ReadonlySet<bigint>;
  /** Number of differing records to keep. */
  kept: number;
}

/** Compares the records of a dump, all or the first ones, with its datasets. */
export class RecordComparison {
  readonly #options: ComparisonOptions;
  readonly #result: Comparison = { rebuilt: 0, leftOut: 0, differing: 0, first: [] };
  readonly #repeated = new Map<bigint, SameId>();

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  /**
   * `isWhole`: the records are all of the dump, so no row may remain, and ids of several records are compared too. Stops at the
   * first record without a row.
   */
  async run(records: AsyncIterable<XmlElement[]>, isWhole: boolean): Promise<Comparison> {
    const form = new DumpedForm(this.#options.shape);
    let number = 0;
    for await (const some of records) {
      for (const record of some) {
        const { id, entries } = form.of(record);
        number++;
        if (id === undefined) this.#result.leftOut++;
        else {
          const broken = await this.#add({ id, numbers: [number], entries, rows: await this.#take(id) });
          if (broken !== undefined) return { ...this.#result, broken };
        }
      }
    }
    const broken = isWhole ? await this.#end() : undefined;
    return broken === undefined ? this.#result : { ...this.#result, broken };
  }

  async #take(id: bigint): Promise<Map<string, Row[]>> {
    const rows = new Map<string, Row[]>();
    for (const [name, dataset] of this.#options.datasets) rows.set(name, await dataset.take(id));
    return rows;
  }

  async #add(record: SameId): Promise<string | undefined> {
    if (!this.#options.repeated.has(record.id)) return this.#compare(record);
    const others = this.#repeated.get(record.id);
    if (others === undefined) {
      this.#repeated.set(record.id, record);
      return undefined;
    }
    others.numbers.push(...record.numbers);
    others.entries.push(...record.entries);
    for (const [name, rows] of record.rows) others.rows.get(name)?.push(...rows);
    return undefined;
  }

  async #compare({ id, numbers, entries, rows }: SameId): Promise<string | undefined> {
    const { shape, kept } = this.#options;
    const found = rows.get(shape.dataset)?.length ?? 0;
    if (found !== numbers.length) {
      const which = `${numbers.length === 1 ? "record" : "records"} ${numbers.join(", ")}`;
      return `${which}: the id in the dump is ${id}, of which ${shape.dataset} has ${found} rows there, and ${await this.#next()}`;
    }
    this.#result.rebuilt += numbers.length;
    const differing = differences(entries, rebuiltForm(shape, rows));
    if (differing.length === 0) return undefined;
    this.#result.differing += numbers.length;
    if (this.#result.first.length < kept) this.#result.first.push({ id, numbers, differences: differing });
    return undefined;
  }

  async #next(): Promise<string> {
    const { shape, datasets } = this.#options;
    const row = await datasets.get(shape.dataset)?.peek();
    return row === undefined ? "no more rows" : `then the id ${row[shape.id.column]}`;
  }

  /** Compares the kept records, and names the first dataset with rows after the last record. */
  async #end(): Promise<string | undefined> {
    const { shape, datasets } = this.#options;
    for (const [name, dataset] of datasets) {
      const row = await dataset.peek();
      if (row !== undefined)
        return `${name} has rows of ${row[shape.id.column]}, but the dump has no such record`;
    }
    for (const records of this.#repeated.values()) {
      const broken = await this.#compare(records);
      if (broken !== undefined) return broken;
    }
    return undefined;
  }
}
