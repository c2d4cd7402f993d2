import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, silentLogger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { hashFile, kindOf, namesIn } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { fileProblems, parentsOf } from "./done.ts";
import { datasetBytes, type Manifest, testResults } from "./manifest.ts";

/** Options for comparing a run with its manifest. */
export interface VerifyOptions {
  log?: Logger;
  /** Entries that the run's directory may contain besides those of the contract. */
  ignore?: readonly string[];
}

/**
 * Compares a run's directory with its manifest; returns one line per difference, none when every file exists with its
 * size and sha256, and nothing else does, including directories and links, except reports.
 */
export async function runProblems(
  dir: string,
  manifest: Manifest,
  { log = silentLogger, ignore = [] }: VerifyOptions = {},
): Promise<string[]> {
  const problems = await unknownEntries(dir, manifest, ignore);
  problems.push(...(await wrongKinds(dir, manifest)));
  const datasets = Object.values(manifest.datasets);
  const total = datasetBytes(manifest);
  const meter = new ProgressMeter("verifying", "bytes");
  let done = 0;
  for (const dataset of datasets) {
    const place = join(dir, dataset.directory);
    const readFile = (bytes: number) => {
      done += bytes;
      log.progress(meter.text({ done, total }));
    };
    log.progress(meter.text({ done, total }));
    problems.push(...(await fileProblems(place, dataset.files, dataset.directory, readFile)));
  }
  log.clear();
  for (const result of testResults(manifest.tests)) problems.push(...(await reportProblems(dir, result)));
  return problems;
}

async function unknownEntries(dir: string, manifest: Manifest, ignore: readonly string[]): Promise<string[]> {
  const directories = Object.values(manifest.datasets).map((dataset) => dataset.directory);
  const known = new Set([...directories, "manifest.json", "_reports", ...ignore]);
  return (await strangers(dir, known)).map((name) => `${name}: not in the manifest`);
}

/**
 * Entries of a run's directory that are neither known nor parents of known ones, e.g. `notes.txt` or
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

/** Links, and entries of the wrong type, on the paths to the files. */
async function wrongKinds(dir: string, manifest: Manifest): Promise<string[]> {
  const parents = Object.values(manifest.datasets).flatMap(({ directory }) => parentsOf(directory));
  const expected = new Map([
    [".", "directory"],
    ["manifest.json", "file"],
    ["_reports", "directory"],
    ...parents.map((name) => [name, "directory"] as const),
  ]);
  for (const name of await namesIn(inRun.reports(dir))) expected.set(`_reports/${name}`, "file");
  const problems: string[] = [];
  for (const [name, kind] of expected) {
    const found = await kindOf(name === "." ? dir : join(dir, name));
    // When a part of a path is missing, so is everything below; only the topmost is named.
    if (found !== undefined && found !== kind) problems.push(`${name}: a ${found}, not a ${kind}`);
  }
  return problems;
}

async function reportProblems(dir: string, result: Manifest["tests"]["parquet_sanity"]): Promise<string[]> {
  const path = join(inRun.reports(dir), result.report);
  const label = `_reports/${result.report}`;
  if ((await kindOf(path)) !== "file") return [`${label}: missing`];
  const { sha256 } = await hashFile(path);
  return sha256 === result.sha256 ? [] : [`${label}: changed after it was sealed`];
}

const WRITE_BITS = 0o222;

/**
 * Permissions and links of a sealed run that differ from how sealing left them, one line each: nothing is writable
 * except the directory of reports and later reports, and no file has a second hard link through which it could be
 * changed.
 */
export async function sealProblems(dir: string, manifest: Manifest): Promise<string[]> {
  const problems: string[] = [];
  for (const name of sealedNames(manifest)) {
    const path = name === "." ? dir : join(dir, name);
    const kind = await kindOf(path);
    if (kind !== "file" && kind !== "directory") continue;
    const { mode, nlink } = await lstat(path);
    if ((mode & WRITE_BITS) !== 0) problems.push(`${name}: is writable (mode ${octal(mode)})`);
    if (kind === "file" && nlink > 1) problems.push(`${name}: has ${nlink} names (hard links)`);
  }
  return problems;
}

/** Everything that sealing removes the write permissions of. */
function sealedNames(manifest: Manifest): string[] {
  const inDatasets = Object.values(manifest.datasets).flatMap(({ directory, files }) => {
    const names = files.map(({ name }) => `${directory}/${name}`);
    return [...names.flatMap(parentsOf), ...names];
  });
  const reports = testResults(manifest.tests).map(({ report }) => `_reports/${report}`);
  return [...new Set([".", "manifest.json", ...inDatasets, ...reports])];
}

const octal = (mode: number) => `0${(mode & 0o777).toString(8)}`;
