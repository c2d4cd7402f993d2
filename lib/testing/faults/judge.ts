import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../../cli/errors.ts";
import { lakePaths } from "../../files/paths.ts";
import type { StepEnd } from "./run_step.ts";
import type { Injection } from "./sites.ts";
import { differences, isHidden, lakeIn, type State } from "./state.ts";
import type { Command } from "./steps.ts";

/** The states before and after a step without a fault. */
export interface Undisturbed {
  before: State;
  after: State;
}

/** Problems with the end of a step that met a fault. `found` is the state that it left. */
export function endProblems(
  { kind }: Injection,
  end: StepEnd,
  dir: string,
  found: State,
  { after }: Undisturbed,
): string[] {
  if (kind === "KILL" || kind === "TORN") {
    return end.signal === "SIGKILL" ? [] : [`ended with ${ending(end)} instead of being killed`];
  }
  if (end.code === 0) {
    const left = differences(found, after);
    return left.map((line) => `exit code 0, but not the state after success: ${line}`);
  }
  return [...codeProblems(end), ...messageProblems(end.stderr, dir), ...databaseProblems(found)];
}

const DATABASE = "lake/discogs.duckdb";

/** The database must not show a run that is not active: one that can't be rebuilt is removed. */
function databaseProblems(found: State): string[] {
  const [database, active] = [DATABASE, "lake/active"].map((path) => found.get(path));
  const run = /_runs\/\S+$/.exec(active ?? "")?.[0];
  if (database === undefined || (run !== undefined && database.includes(` of ${run} `))) return [];
  return [`active is ${active ?? "missing"}, but the database is a ${database}`];
}

function codeProblems(end: StepEnd): string[] {
  return end.code !== null && end.code <= 3 ? [] : [`ended with ${ending(end)}`];
}

function messageProblems(stderr: string, dir: string): string[] {
  const problems = /^\s+at /m.test(stderr) ? ["stderr has a stack"] : [];
  const errors = stderr.split("\n").filter((line) => /^\S+\.ts: (?:unexpected )?error: /.test(line));
  if (errors.length !== 1) problems.push(`stderr has ${errors.length} lines of an error: ${excerpt(stderr)}`);
  else if (!errors[0]?.includes(dir)) problems.push(`the error names no path: ${errors[0]}`);
  return problems;
}

/** Problems with a repeated step, which met no fault. */
export function repeatProblems(
  { once }: Command,
  end: StepEnd,
  found: State,
  { after }: Undisturbed,
): string[] {
  const saysDone = end.code === 2 && once?.test(end.stderr) === true;
  if (end.code !== 0 && !saysDone) return [`when repeated, it ended with ${ending(end)}`];
  return differences(found, after).map((line) => `when repeated, it left ${line}`);
}

/**
 * Checks that readers see every path in its state before or after the step, right after a fault. Excludes building runs,
 * temporary names and the record of promotions, which readers do not read. The database may be missing.
 */
export function readerProblems(dir: string, found: State, { before, after }: Undisturbed): string[] {
  const problems: string[] = [];
  for (const path of new Set([...found.keys(), ...before.keys()])) {
    if (!isForReaders(path)) continue;
    const [is, was, will] = [found.get(path), before.get(path), after.get(path)];
    if (path === DATABASE && is === undefined) continue;
    if (is !== was && is !== will) {
      problems.push(
        `readers see ${path}: ${is ?? "missing"}, before ${was ?? "missing"}, after ${will ?? "missing"}`,
      );
    }
  }
  return [...problems, ...lostFiles(found, before), ...linkProblems(dir)];
}

/** A file of a sealed run leaves the lake only when its copy is in the archive, the directory next to the lake. */
function lostFiles(found: State, before: State): string[] {
  return [...before].flatMap(([path, line]) => {
    const [, inArchive] = /^lake\/_runs\/(\d[^/]*\/.+)$/.exec(path) ?? [];
    if (inArchive === undefined || !line.startsWith("file ") || found.has(path)) return [];
    const [content, copied] = [line, found.get(inArchive) ?? ""].map((each) => each.split(" ").at(-1));
    return content === copied ? [] : [`${path} is neither in the lake nor in the archive`];
  });
}

function isForReaders(path: string): boolean {
  return !isHidden(path) && !/^lake\/_runs\/_building\./.test(path) && path !== "lake/_meta/promotions.jsonl";
}

/** `active` does not exist yet, or points to a run with a manifest. */
function linkProblems(dir: string): string[] {
  const { active } = lakePaths(lakeIn(dir));
  const isThere = lstatSync(active, { throwIfNoEntry: false }) !== undefined;
  return isThere && !existsSync(join(active, "manifest.json"))
    ? ["active does not point to a sealed run"]
    : [];
}

/** How a step ended, with the end of its output. */
export function ending({ code, signal, stderr }: StepEnd): string {
  return `${signal === null ? `exit code ${code}` : signal}: ${excerpt(stderr)}`;
}

const LONGEST_EXCERPT = 300;

function excerpt(text: string): string {
  const line = oneLine(text);
  return line.length > LONGEST_EXCERPT ? `...${line.slice(-LONGEST_EXCERPT)}` : line;
}
