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

/** The value of a check, `-` when it could not run. */
export function valueText(value: bigint | null): string {
  return value === null ? "-" : String(value);
}

function status(severity: string, ok: boolean): string {
  if (ok) return "ok";
  return severity === "CRITICAL" ? "FAILED" : "warning";
}

/** JSON of a report. Counts become plain numbers: all are far below 2^53. */
export function reportJson(report: object): string {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return `${JSON.stringify(report, plain, 2)}\n`;
}
