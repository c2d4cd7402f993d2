import { alignedTable } from "../../cli/table.ts";
import type { FaultReport } from "./fault_test.ts";
import type { KillResult } from "./kill_main.ts";

/** The kills and their outcome. */
export function killLines({ kills, lakes, problems }: KillResult, wanted: number): string[] {
  const roles = [...new Set(kills)].sort();
  const shares = roles.map((role) => `${role} ${kills.filter((each) => each === role).length}`);
  return [
    `main.dig: killed ${kills.length} of ${wanted} times (${shares.join(", ")}), ${lakes} lakes, ` +
      `${problems.length} differences`,
    ...problems.map((problem) => `FAIL main.dig: ${problem}`),
  ];
}

/** A table of the steps with their injections, and what was skipped. */
export function reportLines({ steps, undone, failures }: FaultReport): string[] {
  const rows = steps.map(({ step, sites, injections, failed }) => [step, sites, injections, failed]);
  const sums = [1, 2, 3].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  const table = [["step", "sites", "injections", "failed"], ...rows, ["all", ...sums]];
  const left = undone.length === 0 ? [] : [`skipped for lack of time: ${undone.length} injections`];
  const verdict =
    failures.length === 0 ? "no failures" : "the failures are named above, in the form for --only";
  return [
    ...alignedTable(
      table.map((row) => row.map(String)),
      [1, 2, 3],
    ),
    ...left,
    verdict,
  ];
}
