import { type NotOkCheck, noteChecks } from "../cli/stage_log.ts";
import { alignedTable } from "../cli/table.ts";
import type { CheckResult } from "./check.ts";

/** Checks as an aligned table: status, severity, name, value, details. */
export function checkTable(checks: readonly CheckResult[]): string[] {
  const rows = checks.map(({ name, severity, ok, value, details }) => [
    status(severity, ok),
    severity,
    name,
    valueText(value),
    details,
  ]);
  return alignedTable([["status", "severity", "check", "value", "details"], ...rows], [3]);
}

/** Prints checks as a table; a workflow shows only how many passed, and those that did not. */
export function showChecks(checks: readonly CheckResult[], print: (line: string) => void): void {
  for (const line of checkTable(checks)) print(line);
  noteCheckResults(checks);
}

/** Records checks for the workflow; the `accepted` ones, given by name, count as ok. */
export function noteCheckResults(checks: readonly CheckResult[], accepted: readonly string[] = []): void {
  const others = checks.filter(({ name, ok }) => !ok && !accepted.includes(name));
  noteChecks({ ok: checks.length - others.length, not_ok: others.map(asNote) });
}

function asNote({ name, severity, value, details }: CheckResult): NotOkCheck {
  return { name, severity, value: valueText(value), details };
}

const valueText = (value: bigint | null) => (value === null ? "-" : String(value));

function status(severity: string, ok: boolean): string {
  if (ok) return "ok";
  return severity === "CRITICAL" ? "FAILED" : "warning";
}

/** JSON of a report. Counts become plain numbers: all are far below 2^53. */
export function reportJson(report: object): string {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return `${JSON.stringify(report, plain, 2)}\n`;
}
