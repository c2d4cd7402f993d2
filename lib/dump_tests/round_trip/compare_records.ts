import type { XmlElement } from "../dump_records.ts";
import type { DatasetRows } from "./dataset_rows.ts";
import { type Difference, differences } from "./differences.ts";
import { DumpedForm } from "./dumped_form.ts";
import type { Entry } from "./entry.ts";
import { type Row, rebuiltForm } from "./rebuilt_form.ts";
import type { RecordShape } from "./shape.ts";

/** A record whose datasets do not say what the dump says. */
export interface DifferingRecord {
  id: bigint;
  /** Its number in the dump, from 1. */
  number: number;
  differences: Difference[];
}

export interface Comparison {
  /** Records that were rebuilt and compared. */
  rebuilt: number;
  /** Records that are in no dataset: without an id, or no entity. */
  leftOut: number;
  differing: number;
  /** The first of those that differ. */
  first: DifferingRecord[];
  /** Why the comparison did not reach the end of both sides, where it did not. */
  broken?: string;
}

/** Records with one id that follow one another: their rows can't be told apart. */
interface SameId {
  id: bigint;
  number: number;
  count: number;
  entries: Entry[];
}

/** Compares the records of a dump with what its datasets have of them; keeps the first `keep` that differ. */
export async function compareRecords(
  shape: RecordShape,
  records: AsyncIterable<XmlElement[]>,
  datasets: ReadonlyMap<string, DatasetRows>,
  keep: number,
): Promise<Comparison> {
  const comparison: Comparison = { rebuilt: 0, leftOut: 0, differing: 0, first: [] };
  for await (const dumped of grouped(shape, records, comparison)) {
    const rows = new Map<string, Row[]>();
    for (const [name, dataset] of datasets) rows.set(name, await dataset.take(dumped.id));
    if (rows.get(shape.dataset)?.length !== dumped.count) {
      const next = await datasets.get(shape.dataset)?.peek();
      return {
        ...comparison,
        broken: `record ${dumped.number} of the dump has the id ${dumped.id}, but ${shape.dataset} has ${idOf(next)} there`,
      };
    }
    comparison.rebuilt += dumped.count;
    compare(shape, dumped, rows, comparison, keep);
  }
  return { ...comparison, ...(await rowsLeft(shape, datasets)) };

  function idOf(row: Row | undefined): string {
    return row === undefined ? "no more rows" : String(row[shape.id.column]);
  }
}

function compare(
  shape: RecordShape,
  { id, number, count, entries }: SameId,
  rows: ReadonlyMap<string, readonly Row[]>,
  comparison: Comparison,
  keep: number,
): void {
  const found = differences(entries, rebuiltForm(shape, rows));
  if (found.length === 0) return;
  comparison.differing += count;
  if (comparison.first.length < keep) comparison.first.push({ id, number, differences: found });
}

async function* grouped(
  shape: RecordShape,
  records: AsyncIterable<XmlElement[]>,
  comparison: Comparison,
): AsyncGenerator<SameId> {
  const form = new DumpedForm(shape);
  let number = 0;
  let group: SameId | undefined;
  for await (const some of records) {
    for (const record of some) {
      const { id, entries } = form.of(record);
      number++;
      if (id === undefined) comparison.leftOut++;
      else if (group?.id === id) {
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

/** Says of which dataset there are rows behind the last record. */
async function rowsLeft(
  { id }: RecordShape,
  datasets: ReadonlyMap<string, DatasetRows>,
): Promise<{ broken?: string }> {
  for (const [name, dataset] of datasets) {
    const row = await dataset.peek();
    if (row !== undefined)
      return { broken: `${name} has rows of ${row[id.column]}, which are of no record of the dump` };
  }
  return {};
}
