import { type NotOkCheck, noteChecks } from "../cli/stage_log.ts";
import type { CheckResult } from "./check.ts";
import type { Counted } from "./counted.ts";
import { countedBy } from "./findings.ts";
import { checkTable, valueText } from "./render.ts";

/** Prints the checks of a run as a table; a workflow shows only how many passed, and what the others found, once. */
export function showChecks(checks: readonly CheckResult[], print: (line: string) => void): void {
  for (const line of checkTable(checks)) print(line);
  noteCheckResults(checks, [], countedBy);
}

/**
 * Records checks for the workflow; the `accepted` ones, given by name, count as ok. `counts` tells which of them count
 * what another check counts too.
 */
export function noteCheckResults(
  checks: readonly CheckResult[],
  accepted: readonly string[] = [],
  counts: (name: string) => Counted | undefined = () => undefined,
): void {
  const others = checks.filter(({ name, ok }) => !ok && !accepted.includes(name));
  const notes = others.map((check) => asNote(check, counts(check.name)));
  noteChecks({ ok: checks.length - others.length, not_ok: notes });
}

function asNote({ name, severity, value, details }: CheckResult, counts: Counted | undefined): NotOkCheck {
  return { name, severity, value: valueText(value), details, ...(counts && { counts }) };
}
