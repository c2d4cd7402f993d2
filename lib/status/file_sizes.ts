import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../cli/errors.ts";

/** The sizes of all files below a directory by path. Files that disappear meanwhile are omitted. */
export async function fileSizes(dir: string, below = ""): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const entry of await entriesOf(join(dir, below))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      for (const [path, bytes] of await fileSizes(dir, name)) sizes.set(path, bytes);
    } else {
      const bytes = await bytesOf(join(dir, name));
      if (bytes !== undefined) sizes.set(name, bytes);
    }
  }
  return sizes;
}

/** Bytes of all files below a path; 0 if it does not exist. */
export async function bytesBelow(path: string): Promise<number> {
  return total(await fileSizes(path));
}

/** The sum of all sizes. */
export function total(sizes: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const bytes of sizes.values()) sum += bytes;
  return sum;
}

async function entriesOf(dir: string) {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

async function bytesOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
