import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../../cli/errors.ts";
import { lakePaths } from "../../files/paths.ts";
import type { StepEnd } from "./run_step.ts";
import type { Injection } from "./sites.ts";
import { differences, isHidden, lakeIn, type State } from "./state.ts";
import type { Command } from "./steps.ts";

/** A step without a fault: what was there before, and after. */
export interface Undisturbed {
  before: State;
  after: State;
}

/** What is wrong with how a step ended that met a fault. `found` is the state that it left. */
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
    return left.map((line) => `exit code 0, but the state is not that of a success: ${line}`);
  }
  return [...codeProblems(end), ...messageProblems(end.stderr, dir), ...databaseProblems(found)];
}

const DATABASE = "lake/discogs.duckdb";

/** Of a run that is not active the database must not be: one that can't be made anew is removed. */
function databaseProblems(found: State): string[] {
  const [database, active] = [DATABASE, "lake/active"].map((path) => found.get(path));
  const run = /_runs\/\S+$/.exec(active ?? "")?.[0];
  if (database === undefined || (run !== undefined && database.includes(` of ${run} `))) return [];
  return [`active is ${active ?? "missing"}, and the database a ${database}`];
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

/** What is wrong with a repeated step, which met no fault. */
export function repeatProblems(
  { once }: Command,
  end: StepEnd,
  found: State,
  { after }: Undisturbed,
): string[] {
  const saysDone = end.code === 2 && once?.test(end.stderr) === true;
  if (end.code !== 0 && !saysDone) return [`repeated, it ended with ${ending(end)}`];
  return differences(found, after).map((line) => `repeated, it left ${line}`);
}

/**
 * What readers must not see right after a fault: a path that is neither as before nor as after the step. What is
 * being built is not theirs, nor is what has a temporary name, nor the record of promotions. The database may be missing.
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
  return [...problems, ...linkProblems(dir)];
}

function isForReaders(path: string): boolean {
  return !isHidden(path) && !/^lake\/_runs\/_building\./.test(path) && path !== "lake/_meta/promotions.jsonl";
}

/** `active` is not there yet, or leads to a run with a manifest. */
function linkProblems(dir: string): string[] {
  const { active } = lakePaths(lakeIn(dir));
  const isThere = lstatSync(active, { throwIfNoEntry: false }) !== undefined;
  return isThere && !existsSync(join(active, "manifest.json")) ? ["active leads to no sealed run"] : [];
}

/** How a step ended, with the end of what it printed. */
export function ending({ code, signal, stderr }: StepEnd): string {
  return `${signal === null ? `exit code ${code}` : signal}: ${excerpt(stderr)}`;
}

const LONGEST_EXCERPT = 300;

function excerpt(text: string): string {
  const line = oneLine(text);
  return line.length > LONGEST_EXCERPT ? `...${line.slice(-LONGEST_EXCERPT)}` : line;
}
