import { join } from "node:path";
import { type Logger, silentLogger } from "../cli/log.ts";
import { fileProblems } from "./done.ts";
import { hashFile, kindOf, namesIn } from "./files.ts";
import { type Manifest, testResults } from "./manifest.ts";
import { inRun } from "./paths.ts";

export interface VerifyOptions {
  log?: Logger;
  /** Entries of the run's directory that may be there besides the contract's. */
  ignore?: readonly string[];
}

/**
 * What differs between a run's directory and its manifest, one line each, none when all is well: every file is there
 * with its size and sha256, and nothing else is, except reports.
 */
export async function runProblems(
  dir: string,
  manifest: Manifest,
  { log = silentLogger, ignore = [] }: VerifyOptions = {},
): Promise<string[]> {
  const problems = await unknownEntries(dir, manifest, ignore);
  for (const dataset of Object.values(manifest.datasets)) {
    log.progress(`verifying ${dataset.directory}`);
    problems.push(...(await fileProblems(join(dir, dataset.directory), dataset.files, dataset.directory)));
  }
  for (const result of testResults(manifest.tests)) problems.push(...(await reportProblems(dir, result)));
  return problems;
}

async function unknownEntries(dir: string, manifest: Manifest, ignore: readonly string[]): Promise<string[]> {
  const directories = Object.values(manifest.datasets).map((dataset) => dataset.directory);
  const known = new Set([...directories, "manifest.json", "_reports", ...ignore]);
  return (await strangers(dir, known)).map((name) => `${name}: not in the manifest`);
}

/**
 * Entries of a run's directory that are neither known nor above a known one, e.g. `notes.txt` or
 * `warehouse_discogs/other`.
 */
export async function strangers(dir: string, known: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(dir)) {
    const isParent = [...known].some((entry) => entry.startsWith(`${name}/`));
    if (!known.has(name) && !isParent) found.push(name);
    if (!isParent || (await kindOf(join(dir, name))) !== "directory") continue;
    const below = (await namesIn(join(dir, name))).map((child) => `${name}/${child}`);
    found.push(...below.filter((child) => !known.has(child)));
  }
  return found;
}

async function reportProblems(dir: string, result: Manifest["tests"]["parquet_sanity"]): Promise<string[]> {
  const path = join(inRun.reports(dir), result.report);
  const label = `_reports/${result.report}`;
  if ((await kindOf(path)) !== "file") return [`${label}: missing`];
  const { sha256 } = await hashFile(path);
  return sha256 === result.sha256 ? [] : [`${label}: changed after it was sealed`];
}
