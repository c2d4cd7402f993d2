import { join } from "node:path";
import { writeFileAtomic } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import { type ReadContext, readHistory } from "./data/history.ts";
import { historyPage } from "./history/history_page.ts";

/** Name of the page of all months and runs. */
export const HISTORY_PAGE = "history.html";

/**
 * Writes the page of all months and runs atomically to a directory, by default that of the history's reports in the lake.
 * Returns its path.
 */
export async function writeHistoryPage(
  context: ReadContext,
  outDir: string = lakePaths(context.lake).historyReports,
): Promise<string> {
  const path = join(outDir, HISTORY_PAGE);
  await writeFileAtomic(path, historyPage(await readHistory(context), new Date()));
  return path;
}
