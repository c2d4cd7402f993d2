import { join } from "node:path";
import { isDirectory, kindOf, namesIn } from "../files/files.ts";
import { BUILDING_PREFIX, inRun, lakePaths, TEMPORARY_PREFIX } from "../files/paths.ts";
import { isRunId } from "../files/run_id.ts";

/** A finished run, which is registered and counted. */
export interface Run {
  runId: string;
  dir: string;
  /** `original` runs were made by the Python programs: the same datasets, but no manifest. */
  origin: "sealed" | "original";
}

/** The content of `_runs/`, each list sorted by name. */
export interface RunList {
  runs: Run[];
  /** Ids of unsealed runs, which are never registered. */
  building: string[];
  /** Other names, each with the reason why it is not a run. */
  ignored: { name: string; reason: string }[];
}

/** Lists the runs of a lake. A lake without `_runs/` has none. */
export async function listRuns(lake: string): Promise<RunList> {
  const { runs: dir } = lakePaths(lake);
  const list: RunList = { runs: [], building: [], ignored: [] };
  for (const name of await namesIn(dir)) await classify(dir, name, list);
  return list;
}

async function classify(parent: string, name: string, list: RunList): Promise<void> {
  const dir = join(parent, name);
  const ignore = (reason: string) => list.ignored.push({ name, reason });
  const inBuilding = name.startsWith(BUILDING_PREFIX) ? name.slice(BUILDING_PREFIX.length) : undefined;
  if (!isRunId(inBuilding ?? name)) return void ignore(whyNoRunId(name));
  if (!(await isDirectory(dir))) return void ignore("not a directory");
  if (inBuilding === undefined) {
    const origin = (await kindOf(inRun.manifest(dir))) === undefined ? "original" : "sealed";
    list.runs.push({ runId: name, dir, origin });
  } else {
    list.building.push(inBuilding);
    ignore("not sealed: it is being built, or failed");
  }
}

function whyNoRunId(name: string): string {
  if (name.startsWith(TEMPORARY_PREFIX)) return "left over from an interrupted step";
  if (/^\d{8}_\d{6}$/.test(name)) return "old name YYYYMMDD_HHMMSS, without a dump month";
  return "not a run id (YYYY-MM__YYYYMMDD_HHMMSS with a real date and time)";
}
