import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { namesIn } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";

/** A Parquet file ends with this (Parquet spec, File format). */
const MAGIC = "PAR1";

/**
 * Hides files of events that were never finished, by a name that engines do not read (`_incomplete.<name>`): what a
 * Trino leaves that is killed while it inserts, and what would make every later query of the table fail. To be called
 * while no one appends.
 */
export async function hideIncompleteFiles(directory: string, log: Logger): Promise<void> {
  const names = (await namesIn(directory)).filter((name) => !/^[_.]/.test(name));
  for (const name of names) {
    const path = join(directory, name);
    if (await isComplete(path)) continue;
    const hidden = join(directory, `_incomplete.${name}`);
    assertWritable(path, { entry: true });
    await rename(path, hidden);
    log.warn(`${path} was never finished, so it holds no events: it is kept as ${hidden}`);
  }
}

async function isComplete(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size < 2 * MAGIC.length) return false;
    const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, size - MAGIC.length);
    return buffer.toString("latin1") === MAGIC;
  } finally {
    await file.close();
  }
}
