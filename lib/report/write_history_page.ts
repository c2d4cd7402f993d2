import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { STAGE_LOG } from "../cli/stage_log.ts";
import { kindOf, writeFileAtomic } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import { type ReadContext, readHistoryData } from "./data/history.ts";
import { historyPage } from "./history/history_page.ts";

/** Name of the page of all months and runs. */
const HISTORY_PAGE = "history.html";

/**
 * Writes the page of all months and runs atomically to a directory, by default that of the history's reports in the lake.
 * Returns its path.
 */
export async function writeHistoryPage(
  context: ReadContext,
  outDir: string = lakePaths(context.lake).historyReports,
): Promise<string> {
  const path = join(outDir, HISTORY_PAGE);
  await writeFileAtomic(path, historyPage(await readHistoryData(context), new Date()));
  return path;
}

/**
 * Tells how to bring the page of all months up to date, if there is one, after `active` was switched: a workflow does so in a
 * later step, a script alone does not.
 */
export async function noteStaleHistoryPage(
  lake: string,
  { env, log }: { env: NodeJS.ProcessEnv; log: Pick<Logger, "info"> },
): Promise<void> {
  const path = join(lakePaths(lake).historyReports, HISTORY_PAGE);
  if (env[STAGE_LOG] || (await kindOf(path)) === undefined) return;
  log.info(`${path} shows the previous active run until bin/lake build_report writes it again`);
}
