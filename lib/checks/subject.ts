import { z } from "zod";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { type DoneRecord, datasetName, readDone } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";

/** A directory laid out like a run, and what is known about it. */
export interface Subject {
  dir: string;
  /** Undefined when the directory does not name its run. */
  runId: string | undefined;
  /**
   * `unrecorded` is any directory without this project's records: a run of the Python original, which lacks the added
   * columns, or the output of single extractors.
   */
  state: "building" | "sealed" | "unrecorded";
  /** The record of each dataset, by name; undefined in an unrecorded run. */
  recorded: ReadonlyMap<string, Recorded> | undefined;
}

/** The fields that a dataset's record and its manifest entry share. */
export type Recorded = Pick<DoneRecord, "rows" | "records" | "counts" | "filled" | "written" | "unknown">;

const runIdentity = z.object({ run_id: z.string() });

/** Reads a run's own records: the manifest of a sealed run, `run.json` and `_done/` of a building one. */
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

/** The declared datasets to check: those that every run has, and those recorded for this one. */
export async function datasetsToCheck(dir: string): Promise<TableDeclaration[]> {
  const has = new Set(await datasetsIn(dir));
  return allTables.filter((table) => table.required || has.has(table));
}
