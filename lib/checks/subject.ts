import { z } from "zod";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { type DoneRecord, datasetName, readDone } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";

/** A directory of a run's shape, and what is known of it. */
export interface Subject {
  dir: string;
  /** Undefined for a directory that does not say so. */
  runId: string | undefined;
  /**
   * `unrecorded` is any directory without our records: a run of the Python original, which lacks the added
   * columns, or output of single extractors.
   */
  state: "building" | "sealed" | "unrecorded";
  /** What is recorded of each dataset, by its name; undefined in an unrecorded run. */
  recorded: ReadonlyMap<string, Recorded> | undefined;
}

/** What the record of a dataset and its entry in a manifest have in common. */
export type Recorded = Pick<DoneRecord, "rows" | "records" | "counts" | "filled" | "written" | "unknown">;

const runIdentity = z.object({ run_id: z.string() });

/** Reads what a run's own records say: its manifest when it is sealed, `run.json` and `_done/` while it is built. */
export async function readSubject(dir: string): Promise<Subject> {
  const manifest = await readManifest(dir);
  if (manifest !== undefined) {
    return {
      dir,
      runId: manifest.run_id,
      state: "sealed",
      recorded: new Map(Object.entries(manifest.datasets)),
    };
  }
  const run = await readJsonIfThere(inRun.runFile(dir), runIdentity);
  if (run === undefined) return { dir, runId: undefined, state: "unrecorded", recorded: undefined };
  return { dir, runId: run.run_id, state: "building", recorded: await doneRecords(dir) };
}

async function doneRecords(dir: string): Promise<Map<string, Recorded>> {
  const records = new Map<string, Recorded>();
  for (const { directory } of allTables) {
    const record = await readDone(dir, datasetName(directory));
    if (record !== undefined) records.set(record.dataset, record);
  }
  return records;
}

/** The declared datasets that have to be checked: what every run has, and what this one is said to have. */
export async function datasetsToCheck(dir: string): Promise<TableDeclaration[]> {
  const has = new Set(await datasetsIn(dir));
  return allTables.filter((table) => table.required || has.has(table));
}
