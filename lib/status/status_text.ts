import { isDeepStrictEqual } from "node:util";
import { findingsOf } from "../checks/findings.ts";
import { bytesText, counted, countText } from "../cli/amounts.ts";
import { alignedTable } from "../cli/table.ts";
import type { DiskStatus, NextMonth } from "./disk_status.ts";
import type { LakeStatus } from "./lake_status.ts";
import type { Checks, RunStatus } from "./run_status.ts";
import type { SessionStatus } from "./session_status.ts";

/** How many of the latest switches of `active` are shown. */
const SHOWN_SWITCHES = 5;
/** How many of a run's findings are named; the reports have all. */
const SHOWN_CHECKS = 3;

/** The state of a lake, for people. */
export function statusText(status: LakeStatus): string[] {
  const sections = [
    [`lake: ${status.lake}`],
    activeLines(status),
    runLines(status.runs),
    status.ignored.map(({ name, reason }) => `ignored: _runs/${name}: ${reason}`),
    status.sessions.flatMap(sessionLines),
    diskLines(status.disk),
    problemLines(status),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function activeLines({ active }: LakeStatus): string[] {
  const since = active.since === null ? "" : `, since ${shortTime(active.since)}`;
  const none = active.history.length === 0 ? "none; no run has been promoted yet" : "none";
  const now = active.run_id === null ? none : `${active.run_id}${since}`;
  const switches = active.history.slice(-SHOWN_SWITCHES);
  const rows = switches.map(({ time, action, run_id, previous }) => [
    `  ${shortTime(time)}`,
    action === "promote" ? "promoted" : "rolled back to",
    run_id,
    previous === null ? "" : `after ${previous}`,
  ]);
  return [`active: ${now}`, ...alignedTable(rows)];
}

function runLines(runs: readonly RunStatus[]): string[] {
  if (runs.length === 0) return ["no runs"];
  const heading = ["run", "state", "dump", "size", "releases", "rows", "datasets", "sealed", "checks"];
  const rows = runs.map((run) => [
    run.run_id,
    run.is_active ? `${run.state}, active` : run.state,
    run.dump_date ?? run.dump_month,
    run.bytes === null ? "" : bytesText(run.bytes),
    run.releases === null ? "" : countText(run.releases),
    run.rows === null ? "" : countText(run.rows),
    run.datasets === null ? "" : String(run.datasets),
    run.sealed === null ? "" : shortTime(run.sealed),
    run.checks === null ? "" : checksText(run.checks),
  ]);
  return [...alignedTable([heading, ...rows], [3, 4, 5, 6]), ...detailLines(runs)];
}

/** What needs separate lines, once for runs one after another of which the same is to be said. */
function detailLines(runs: readonly RunStatus[]): string[] {
  const groups: { first: string; last: string; details: readonly string[] }[] = [];
  for (const run of runs) {
    const details = detailsOf(run);
    const before = groups.at(-1);
    if (before !== undefined && isDeepStrictEqual(before.details, details)) before.last = run.run_id;
    else groups.push({ first: run.run_id, last: run.run_id, details });
  }
  return groups.flatMap(({ first, last, details }) => {
    const name = first === last ? first : `${first} to ${last}`;
    return details.map((detail) => `  ${name}: ${detail}`);
  });
}

/** What is to be said of a run; failures are shown with its session. */
function detailsOf({ checks, active_checks, archived_to, problem }: RunStatus): string[] {
  return [
    ...notOkLines(checks?.not_ok ?? []),
    ...notOkWhileActive(checks?.not_ok ?? [], active_checks?.not_ok ?? []),
    ...(archived_to === null ? [] : [`archived in ${archived_to}`]),
    ...(problem === null ? [] : [problem]),
  ];
}

/** Names each finding once, although several checks may report it. */
function notOkLines(checks: readonly string[]): string[] {
  if (checks.length === 0) return [];
  const findings = findingsOf(checks).map(([name]) => name);
  const count = findings.length === checks.length ? "" : ` (${counted(findings.length, "finding")})`;
  return [`${checks.length} not ok${count}: ${firstOf(findings)}`];
}

/** Names only what was not found before. */
function notOkWhileActive(before: readonly string[], checks: readonly string[]): string[] {
  if (checks.length === 0) return [];
  const known = new Set(before);
  const findings = findingsOf([...before, ...checks]);
  const fresh = findings.filter((names) => !names.some((name) => known.has(name))).map(([name]) => name);
  const what = `${checks.length} not ok while active`;
  if (fresh.length === 0) return [`${what}, with the same findings`];
  return [`${what}${before.length === 0 ? "" : ", new"}: ${firstOf(fresh)}`];
}

function firstOf(names: readonly string[]): string {
  const further = names.length - SHOWN_CHECKS;
  const first = names.slice(0, SHOWN_CHECKS).join(", ");
  return further > 0 ? `${first}, and ${further} more in its reports` : first;
}

function checksText({ total, not_ok, passed }: Checks): string {
  const outcome = not_ok.length === 0 ? "all ok" : `${not_ok.length} not ok${passed ? "" : ", failed"}`;
  return `${total}, ${outcome}`;
}

function sessionLines(status: SessionStatus): string[] {
  const { workflow, session, run_id, state, failures, log, resume, abandon, repeat } = status;
  const run = run_id === null ? "" : `, run ${run_id}`;
  const rows = [
    ["  its log:", log],
    ["  to resume it:", resume],
    ["  to abandon it:", abandon],
    ["  to resume it:", repeat],
  ].filter((row): row is [string, string] => row[1] !== null);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `session ${shortTime(session)} of ${workflow}.dig${run}: ${state}`,
    ...failures.map(({ step, message }) => `  ${state} in ${step}: ${message}`),
    ...rows.map(([label, text]) => `${label.padEnd(width)} ${text}`),
    ...missingLines(status),
  ];
}

/** The same command would fail again. */
function missingLines({ workflow, missing_run: missing }: SessionStatus): string[] {
  return missing === null
    ? []
    : [`  there is no run ${missing} in the lake: run ${workflow}.dig again with another run`];
}

function diskLines({ used, free, size, dumps, next_month: next }: DiskStatus): string[] {
  const parts = [
    `runs ${bytesText(used.runs)}`,
    `unfinished runs ${bytesText(used.unfinished)}`,
    `_meta ${bytesText(used.meta)}`,
    `other ${bytesText(used.other)}`,
  ];
  return [
    `disk: the lake takes ${bytesText(used.total)} (${parts.join(", ")}); ${bytesText(free)} of ${bytesText(size)} are free`,
    ...(dumps === null ? [] : [`dumps: ${bytesText(dumps)}`]),
    ...(next === null
      ? ["next month: unknown, because no run is sealed yet"]
      : [
          `next month: ${bytesText(next.run)} for the run and ${bytesText(next.dumps)} for the dumps` +
            `${neededText(next)} (${next.how})`,
        ]),
  ];
}

/** What part of the next month goes to the file system of `_runs`, unless it is all of it, and whether that fits. */
function neededText({ run, dumps, needed, fits }: NextMonth): string {
  const part = needed === run + dumps ? "" : `, ${bytesText(needed)} of it on this file system`;
  return `${part}${fits ? "" : ", more than is free"}`;
}

function problemLines({ problems, runs }: LakeStatus): string[] {
  if (problems.length > 0) return problems.map((problem) => `problem: ${problem}`);
  const warned = runs.filter((run) => [run.checks, run.active_checks].some((each) => each?.not_ok.length));
  if (warned.length === 0) return ["No problems."];
  const hasFailed = warned.some((run) =>
    [run.checks, run.active_checks].some((each) => each?.passed === false),
  );
  return [`No problems. Some checks ${hasFailed ? "failed or " : ""}reported warnings; see above.`];
}

/** `2026-11-21T08:19:01.123Z` as `2026-11-21 08:19`. */
function shortTime(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
