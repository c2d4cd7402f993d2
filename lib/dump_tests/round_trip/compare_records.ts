import type { XmlElement } from "../dump_records.ts";
import type { DatasetRows } from "./dataset_rows.ts";
import { type Difference, differences } from "./differences.ts";
import { DumpedForm } from "./dumped_form.ts";
import type { Entry } from "./entry.ts";
import { type Row, rebuiltForm } from "./rebuilt_form.ts";
import type { RecordShape } from "./shape.ts";

/** A record whose datasets have something else than the dump. */
export interface DifferingRecord {
  id: bigint;
  /** Its number in the dump, from 1. */
  number: number;
  differences: Difference[];
}

/** What a comparison came to. */
export interface Comparison {
  /** Records that were rebuilt and compared. */
  rebuilt: number;
  /** Records that are in no dataset: without an id, or no entity. */
  leftOut: number;
  differing: number;
  /** The first of those that differ. */
  first: DifferingRecord[];
  /** Why the two sides are not of the same records, where they are not. */
  broken?: string;
}

/** Records with one id that follow one another: whose rows are whose can't be told. */
interface SameId {
  id: bigint;
  number: number;
  count: number;
  entries: Entry[];
}

/** Compares the records of a dump, all or the first ones, with what its datasets have of them. */
export class RecordComparison {
  readonly #shape: RecordShape;
  readonly #datasets: ReadonlyMap<string, DatasetRows>;
  /** How many of the differing records are kept. */
  readonly #kept: number;
  readonly #result: Comparison = { rebuilt: 0, leftOut: 0, differing: 0, first: [] };

  constructor(shape: RecordShape, datasets: ReadonlyMap<string, DatasetRows>, kept: number) {
    this.#shape = shape;
    this.#datasets = datasets;
    this.#kept = kept;
  }

  /** `isWhole`: the records are all of the dump, so no row may be left. Stops at the first record that has no row. */
  async run(records: AsyncIterable<XmlElement[]>, isWhole: boolean): Promise<Comparison> {
    for await (const dumped of this.#grouped(records)) {
      const broken = await this.#compare(dumped);
      if (broken !== undefined) return { ...this.#result, broken };
    }
    const left = isWhole ? await this.#left() : undefined;
    return left === undefined ? this.#result : { ...this.#result, broken: left };
  }

  async #compare({ id, number, count, entries }: SameId): Promise<string | undefined> {
    const rows = new Map<string, Row[]>();
    for (const [name, dataset] of this.#datasets) rows.set(name, await dataset.take(id));
    const { dataset } = this.#shape;
    const found = rows.get(dataset)?.length ?? 0;
    if (found !== count) {
      const of = count === 1 ? `record ${number}` : `records ${number} and following, ${count} of them`;
      return `${of}: the id in the dump is ${id}, of which ${dataset} has ${found} rows there, and ${await this.#next()}`;
    }
    this.#result.rebuilt += count;
    const differing = differences(entries, rebuiltForm(this.#shape, rows));
    if (differing.length === 0) return undefined;
    this.#result.differing += count;
    if (this.#result.first.length < this.#kept)
      this.#result.first.push({ id, number, differences: differing });
    return undefined;
  }

  async #next(): Promise<string> {
    const row = await this.#datasets.get(this.#shape.dataset)?.peek();
    return row === undefined ? "no more rows" : `then the id ${row[this.#shape.id.column]}`;
  }

  /** Names the first dataset that has rows behind the last record. */
  async #left(): Promise<string | undefined> {
    for (const [name, dataset] of this.#datasets) {
      const row = await dataset.peek();
      if (row !== undefined)
        return `${name} has rows of ${row[this.#shape.id.column]} where the dump has no such record`;
    }
    return undefined;
  }

  async *#grouped(records: AsyncIterable<XmlElement[]>): AsyncGenerator<SameId> {
    const form = new DumpedForm(this.#shape);
    let number = 0;
    let group: SameId | undefined;
    for await (const some of records) {
      for (const record of some) {
        const { id, entries } = form.of(record);
        number++;
        if (id === undefined) {
          this.#result.leftOut++;
        } else if (group?.id === id) {
          group.count++;
          group.entries.push(...entries);
        } else {
          if (group !== undefined) yield group;
          group = { id, number, count: 1, entries };
        }
      }
    }
    if (group !== undefined) yield group;
  }
}
