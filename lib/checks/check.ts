import type { Severity } from "../datasets/types.ts";

/** What one check found. */
export interface CheckResult {
  name: string;
  severity: Severity;
  ok: boolean;
  /** What was counted, as `details` says; null when the check could not be run. */
  value: bigint | null;
  details: string;
}

/** A check that is ok when there are no problems; its value is their number. */
export function problemCheck(name: string, problems: readonly string[], allWell: string): CheckResult {
  const [first, ...others] = problems;
  const details =
    first === undefined ? allWell : `${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}`;
  return { name, severity: "CRITICAL", ok: first === undefined, value: BigInt(problems.length), details };
}

/** A check of which every counted thing is a defect, or, with INFO, only counted. */
export function countCheck(name: string, severity: Severity, value: bigint, details: string): CheckResult {
  return { name, severity, ok: severity === "INFO" || value === 0n, value, details };
}

/** The checks that fail a run: a warning doesn't. */
export function failing(checks: readonly CheckResult[]): CheckResult[] {
  return checks.filter(({ severity, ok }) => severity === "CRITICAL" && !ok);
}

/** A check that could not be run because of something that another check reports. */
export function notRun(name: string, why: string): CheckResult {
  return { name, severity: "CRITICAL", ok: false, value: null, details: `not run: ${why}` };
}
