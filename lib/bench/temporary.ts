import { rm } from "node:fs/promises";
import { makeSystemTemporary } from "../files/system_temporary.ts";

/** Runs work with a temporary directory of its own. */
export async function inTemporaryDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await makeSystemTemporary("discogs-data-lake-bench-");
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
