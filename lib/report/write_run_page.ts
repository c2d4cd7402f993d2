import { basename } from "node:path";
import type { Logger } from "../cli/log.ts";
import { promotionPageLockPath, sealedDir } from "../files/paths.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { datasetsIn, thoseThere } from "../lake/datasets_in.ts";
import { readManifest } from "../lake/manifest.ts";
import { newestReport, removeReportLeftovers, reportStamp, writeReport } from "../lake/reports.ts";
import { activations, readPromotions } from "../promotion/promotions.ts";
import { afterSwitch } from "../promotion/switch_state.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { readCheckReports } from "./data/run_checks.ts";
import { readSamples } from "./data/samples.ts";
import { runPage } from "./run/run_page.ts";

/** Kind of the report that is the page of a run. */
const RUN_PAGE = "index";
/** Even the page of a full month takes a few seconds. */
const WAIT_MS = 5 * 60_000;

/**
 * Writes the page of a run that was promoted, once for each promotion: none if the run has one that is newer than its last
 * promotion, so that a repeated command only adds what an interrupted one left out. Returns the path of a new page.
 * @throws CheckFailedError with the next step, even for what would otherwise be bad input: the promotion took place
 */
export async function writePromotionPage(
  lake: string,
  runId: string,
  limits: SessionLimits,
  log: Logger,
): Promise<string | undefined> {
  const dir = sealedDir(lake, runId);
  const waiting = waitAloud(WAIT_MS, log);
  try {
    return await withLockAfter(
      promotionPageLockPath(lake),
      "writing the page of a run",
      waiting,
      async () => {
        if (await isPageDue(lake, runId, dir)) return writeRunPage(dir, limits, log);
        // The page may have been published by a call that was killed right afterwards.
        if ((await newestReport(dir, RUN_PAGE)) !== undefined) await removeReportLeftovers(dir);
        return undefined;
      },
    );
  } catch (error) {
    throw afterSwitch(
      error,
      "the page of the run was not written (active is switched; run bin/lake build_report --active)",
    );
  }
}

/** Whether the run was promoted, and has no page since. */
async function isPageDue(lake: string, runId: string, dir: string): Promise<boolean> {
  const switches = activations(await readPromotions(lake));
  const last = switches.filter(({ action, run_id }) => action === "promote" && run_id === runId).at(-1);
  if (last === undefined) return false;
  const newest = await newestReport(dir, RUN_PAGE);
  return newest === undefined || basename(newest) < `${RUN_PAGE}_${reportStamp(new Date(last.time))}`;
}

/** Writes the page of a finished run as a new file, `_reports/index_<UTC time>.html`. Returns its path. */
export async function writeRunPage(dir: string, limits: SessionLimits, log: Logger): Promise<string> {
  const tables = await thoseThere(dir, await datasetsIn(dir));
  const made = new Date();
  const text = runPage(
    {
      runId: basename(dir),
      manifest: await readManifest(dir),
      tables,
      samples: await readSamples(dir, tables, limits, log),
      reports: await readCheckReports(dir, log),
    },
    made,
  );
  return writeReport(dir, RUN_PAGE, "html", text, made);
}
