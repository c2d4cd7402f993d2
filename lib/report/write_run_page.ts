import { basename } from "node:path";
import type { Logger } from "../cli/log.ts";
import { datasetsIn, thoseThere } from "../lake/datasets_in.ts";
import { readManifest } from "../lake/manifest.ts";
import { writeReport } from "../lake/reports.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { readCheckReports } from "./data/run_checks.ts";
import { readSamples } from "./data/samples.ts";
import { runPage } from "./run/run_page.ts";

/** Kind of the report that is the page of a run. */
export const RUN_PAGE = "index";

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
