import { basename, dirname } from "node:path";
import { isParquetFile } from "../files/paths.ts";
import { type ArchivedRun, archivedHint, readArchiveRecord } from "../lake/archived.ts";
import { type Manifest, readManifest, testResults } from "../lake/manifest.ts";
import { activeSanityResult, type TestResult } from "../lake/reports.ts";
import type { Run } from "../lake/runs.ts";
import { promotedManifest } from "../promotion/promoted_manifest.ts";
import { fileSizes, total } from "./file_sizes.ts";
import { orProblem, problemText } from "./problem.ts";
import type { Checks, RunStatus } from "./run_status.ts";

const LOST = "its manifest is missing";

/** The state of a run under `_runs/<run id>`: damaged if its manifest is unreadable or its files differ from the manifest. */
export async function finishedStatus(
  lake: string,
  { runId, dir, origin }: Run,
  empty: RunStatus,
): Promise<RunStatus> {
  try {
    const sizes = await fileSizes(dir);
    const seen: RunStatus = { ...empty, bytes: total(sizes) };
    if (origin === "original") return { ...seen, ...(await withoutManifest(lake, runId)) };
    const manifest = await readManifest(dir);
    if (manifest === undefined) return { ...seen, state: "damaged", problem: LOST };
    const problem = wrongRun(runId, manifest) ?? wrongFiles(manifest, sizes);
    const described = { ...seen, ...(await describe(dir, manifest)) };
    return { ...described, state: problem === null ? "sealed" : "damaged", problem };
  } catch (error) {
    return { ...empty, state: "damaged", problem: problemText(error) };
  }
}

/** Runs of the Python programs have no manifest, but one that was promoted with a manifest has lost it. */
async function withoutManifest(lake: string, runId: string): Promise<Pick<RunStatus, "state" | "problem">> {
  // Promotions that can't be read are a problem of their own.
  const recorded = await orProblem([], [], () => promotedManifest(lake, runId));
  return recorded.length > 0 ? { state: "damaged", problem: LOST } : { state: "original", problem: null };
}

/** The state of an archived run, of which the lake keeps manifest and reports. */
export async function archivedStatus(
  lake: string,
  { runId, dir }: ArchivedRun,
  empty: RunStatus,
): Promise<RunStatus> {
  try {
    const manifest = await readManifest(dir);
    const record = await readArchiveRecord(lake, runId);
    if (manifest === undefined || record === undefined) {
      return { ...empty, state: "damaged", problem: `${dir} lacks its manifest.json or archive.json` };
    }
    const described = { ...empty, ...(await describe(dir, manifest)), bytes: record.bytes };
    const problem = empty.is_active ? `active points to it, but ${await archivedHint(lake, runId)}` : null;
    return { ...described, state: "archived", archived_to: record.location, problem };
  } catch (error) {
    return { ...empty, state: "damaged", problem: problemText(error) };
  }
}

async function describe(dir: string, manifest: Manifest): Promise<Partial<RunStatus>> {
  const datasets = Object.values(manifest.datasets);
  const after = await activeSanityResult(dir);
  return {
    dump_month: manifest.dump_month,
    dump_date: manifest.dump_date,
    run_mode: manifest.run_mode,
    releases: manifest.datasets.releases_v6?.rows ?? null,
    rows: datasets.reduce((sum, { rows }) => sum + rows, 0),
    datasets: datasets.length,
    started: manifest.started,
    sealed: manifest.ended,
    checks: checksOf(testResults(manifest.tests)),
    active_checks: after === undefined ? null : checksOf([after]),
  };
}

/** Combines several tests. */
export function checksOf(results: readonly TestResult[]): Checks {
  return {
    total: results.reduce((sum, { checks }) => sum + checks, 0),
    not_ok: results.flatMap(({ not_ok }) => not_ok),
    passed: results.every(({ passed }) => passed),
  };
}

function wrongRun(runId: string, manifest: Manifest): string | null {
  return manifest.run_id === runId ? null : `its manifest is of run ${manifest.run_id}`;
}

/** Compares names and sizes; `scripts/verify_run.ts` compares contents. */
function wrongFiles(manifest: Manifest, sizes: ReadonlyMap<string, number>): string | null {
  const wrong: string[] = [];
  const directories = new Set(Object.values(manifest.datasets).map(({ directory }) => directory));
  const unknown = new Set(
    [...sizes.keys()].filter((path) => directories.has(dirname(path)) && isParquetFile(basename(path))),
  );
  for (const { directory, files } of Object.values(manifest.datasets)) {
    for (const { name, bytes } of files) {
      const path = `${directory}/${name}`;
      const found = sizes.get(path);
      if (found === undefined) wrong.push(`${path} is missing`);
      else if (found !== bytes) wrong.push(`${path} has ${found} bytes, but ${bytes} in its manifest`);
      unknown.delete(path);
    }
  }
  wrong.push(...[...unknown].map((path) => `${path} is not in its manifest`));
  const more =
    wrong.length > 1 ? ` (and ${wrong.length - 1} more: bin/lake verify_run ${manifest.run_id})` : "";
  return wrong[0] === undefined ? null : `${wrong[0]}${more}`;
}
