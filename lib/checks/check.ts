import type { Severity } from "../datasets/types.ts";

/** The result of one check. */
export interface CheckResult {
  name: string;
  severity: Severity;
  ok: boolean;
  /** The count that `details` describes; null when the check could not run. */
  value: bigint | null;
  details: string;
}

/** A check that passes when there are no problems; its value is the number of problems. */
export function problemCheck(name: string, problems: readonly string[], allWell: string): CheckResult {
  const [first, ...others] = problems;
  const details =
    first === undefined ? allWell : `${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}`;
  return { name, severity: "CRITICAL", ok: first === undefined, value: BigInt(problems.length), details };
}

/** A check that counts defects; with severity INFO it only counts and never fails. */
export function countCheck(name: string, severity: Severity, value: bigint, details: string): CheckResult {
  return { name, severity, ok: severity === "INFO" || value === 0n, value, details };
}

/** The checks that fail a run. Warnings do not. */
export function failing(checks: readonly CheckResult[]): CheckResult[] {
  return checks.filter(({ severity, ok }) => severity === "CRITICAL" && !ok);
}

/** A check that could not run because of a problem that another check reports. */
export function notRun(name: string, why: string): CheckResult {
  return { name, severity: "CRITICAL", ok: false, value: null, details: `not run: ${why}` };
}
