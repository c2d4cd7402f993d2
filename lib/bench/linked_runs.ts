import { link, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "../files/files.ts";
import { sealedDir } from "../files/paths.ts";

/**
 * Makes a run of the same data as another one, which costs no space: its files are hard links. A manifest is copied,
 * with the new run's id in it.
 */
export async function linkRun(lake: string, from: string, runId: string): Promise<void> {
  const [source, target] = [sealedDir(lake, from), sealedDir(lake, runId)];
  for (const name of await filesBelow(source)) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    if (!name.endsWith("manifest.json")) await link(join(source, name), join(target, name));
    else {
      const manifest = await readFile(join(source, name), "utf8");
      await writeFile(join(target, name), manifest.replaceAll(from, runId));
    }
  }
}

/** Ids of so many runs, one for each month from 2010-01 on. */
export function monthlyRunIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const month = `${2010 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    return `${month}__${month.replace("-", "")}15_120000`;
  });
}
