import { join } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { kindOf, namesIn } from "../files/files.ts";
import { buildingDir, isParquetFile, sealedDir } from "../files/paths.ts";
import { archivedHint } from "../lake/archived.ts";
import { requiredDirectories } from "../lake/building.ts";
import type { Manifest } from "../lake/manifest.ts";
import { meantRun, requireRunIdFor } from "../lake/likely_run.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { newestReport, SANITY_OF_RUN, sanityResult } from "../lake/reports.ts";
import { listRuns, type Run } from "../lake/runs.ts";
import { verifiedManifest } from "../lake/seal.ts";
import { promotedManifest } from "./promoted_manifest.ts";

/** The finished run with this id. ExpectedError that describes what exists instead. */
export async function requireFinishedRun(lake: string, runId: string): Promise<Run> {
  await requireRunIdFor(lake, runId);
  const run = (await listRuns(lake)).runs.find((candidate) => candidate.runId === runId);
  if (run !== undefined) return run;
  if ((await kindOf(buildingDir(lake, runId))) !== undefined) {
    throw new ExpectedError(`run ${runId} is not sealed: test it, then run bin/lake seal_run ${runId}`);
  }
  const hint = await archivedHint(lake, runId);
  if (hint !== "") throw new ExpectedError(`run ${runId} is not in the lake: ${hint}`);
  throw new ExpectedError(
    `there is no run ${runId}: ${sealedDir(lake, runId)} is not a directory${await meantRun(lake, runId)}`,
  );
}

/**
 * Refuses to promote a run unless it is sealed, verifies, which includes that it has all required datasets, and none of its
 * CRITICAL checks failed. With `allowUnsealed`, a run of the Python original need not be sealed, but must have the datasets.
 */
export async function assertPromotable(
  lake: string,
  runId: string,
  options: { allowUnsealed?: boolean; recorded?: readonly RecordedManifest[]; log?: Logger } = {},
): Promise<void> {
  const { log = silentLogger } = options;
  const run = await requireFinishedRun(lake, runId);
  if (run.origin === "original") {
    await assertOriginalPromotable(run, options.allowUnsealed === true, log);
  } else {
    const manifest = await verifiedRun(lake, run, options);
    requireNoCritical(runId, manifest.tests.duckdb_sanity_run.passed, "manifest.json");
  }
  await refuseCriticalReport(run);
}

/**
 * The manifest of a sealed run that verifies, including against its sha256 in promotions.jsonl and in other records
 * (`recorded`). CheckFailedError names the differences.
 */
export async function verifiedRun(
  lake: string,
  { dir, runId }: Run,
  { recorded = [], log = silentLogger }: { recorded?: readonly RecordedManifest[]; log?: Logger } = {},
): Promise<Manifest> {
  const known = [...recorded, ...(await promotedManifest(lake, runId))];
  return verifiedManifest(dir, runId, { log, recorded: known });
}

async function assertOriginalPromotable(run: Run, allowed: boolean, log: Logger): Promise<void> {
  if (!allowed) {
    const what = `run ${run.runId} has no manifest, so it can't be verified`;
    throw new ExpectedError(`${what}: promote it with --allow-unsealed if you trust it`);
  }
  await requireDatasets(run, requiredDirectories);
  log.warn(`run ${run.runId} has no manifest: its files are not verified`);
}

/** CheckFailedError that names the dataset directories that a run without a manifest lacks. */
export async function requireDatasets({ dir, runId }: Run, directories: readonly string[]): Promise<void> {
  const missing = await missingDirectories(dir, directories);
  if (missing.length > 0) throw new CheckFailedError(`run ${runId} lacks datasets: ${missing.join(", ")}`);
}

/** Those dataset directories that are missing from a run, or have no Parquet file. */
export async function missingDirectories(dir: string, directories: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const directory of directories) {
    const names =
      (await kindOf(join(dir, directory))) === "directory" ? await namesIn(join(dir, directory)) : [];
    if (!names.some(isParquetFile)) missing.push(directory);
  }
  return missing;
}

/** A run's newest sanity report may be newer than its manifest: both count. */
async function refuseCriticalReport({ dir, runId }: Run): Promise<void> {
  if ((await newestReport(dir, SANITY_OF_RUN)) === undefined) return;
  const result = await sanityResult(dir, runId);
  requireNoCritical(runId, result.passed, `_reports/${result.report}: ${result.not_ok.join(", ")}`);
}

function requireNoCritical(runId: string, passed: boolean, where: string): void {
  if (!passed) throw new CheckFailedError(`a CRITICAL check of run ${runId} failed (${where})`);
}
