import { join } from "node:path";
import { z } from "zod";
import type { Accounted } from "../datasets/accounted.ts";
import { allTables } from "../datasets/index.ts";
import { datasetName, readDone } from "../lake/done.ts";
import { kindOf, readJsonIfThere } from "../lake/files.ts";
import { readManifest } from "../lake/manifest.ts";
import { inRun } from "../lake/paths.ts";

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
  /** Recorded rows by dataset name; undefined in an unrecorded run. */
  recordedRows: ReadonlyMap<string, number> | undefined;
  /** What is recorded of each dataset by its name; none in an unrecorded run. */
  recorded: ReadonlyMap<string, Accounted>;
}

const runIdentity = z.object({ run_id: z.string() });

/** Reads what a run's own records say: its manifest when it is sealed, `run.json` and `_done/` while it is built. */
export async function readSubject(dir: string): Promise<Subject> {
  const manifest = await readManifest(dir);
  if (manifest !== undefined) {
    const recorded = new Map(Object.entries(manifest.datasets));
    return { dir, runId: manifest.run_id, state: "sealed", recordedRows: rowsOf(recorded), recorded };
  }
  const run = await readJsonIfThere(inRun.runFile(dir), runIdentity);
  if (run === undefined) {
    return { dir, runId: undefined, state: "unrecorded", recordedRows: undefined, recorded: new Map() };
  }
  const recorded = await doneRecords(dir);
  return { dir, runId: run.run_id, state: "building", recordedRows: rowsOf(recorded), recorded };
}

async function doneRecords(dir: string): Promise<Map<string, Accounted>> {
  const records = new Map<string, Accounted>();
  for (const { directory } of allTables) {
    const record = await readDone(dir, datasetName(directory));
    if (record !== undefined) records.set(record.dataset, record);
  }
  return records;
}

function rowsOf(recorded: ReadonlyMap<string, Accounted>): Map<string, number> {
  return new Map([...recorded].map(([name, { rows }]) => [name, rows]));
}

/** The declared datasets that have to be checked: all but the optional ones that are not there. */
export async function datasetsToCheck(dir: string) {
  const present = await Promise.all(
    allTables.map(
      async ({ kind, directory }) =>
        kind !== "optional" || (await kindOf(join(dir, directory))) !== undefined,
    ),
  );
  return allTables.filter((_, index) => present[index]);
}
