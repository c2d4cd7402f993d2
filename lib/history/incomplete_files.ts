import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { namesIn } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { endsAsParquet } from "../parquet/whole_file.ts";

/**
 * Hides unfinished event files under a name that engines ignore (`_incomplete.<name>`). Trino leaves such a file when it is
 * killed during an insert, and it would make every later query of the table fail. To be called while no one appends.
 */
export async function hideIncompleteFiles(directory: string, log: Logger): Promise<void> {
  const names = (await namesIn(directory)).filter((name) => !/^[_.]/.test(name));
  for (const name of names) {
    if (endsAsParquet(join(directory, name))) continue;
    await hideFile(directory, name, "is unfinished and holds no events", log);
  }
}

/** Gives a file of events a name that engines ignore, and reports it with the reason. */
export async function hideFile(directory: string, name: string, why: string, log: Logger): Promise<void> {
  const path = join(directory, name);
  const hidden = join(directory, `_incomplete.${name}`);
  assertWritable(path, { entry: true });
  await rename(path, hidden);
  log.warn(`${path} ${why}: renamed to ${hidden}`);
}
