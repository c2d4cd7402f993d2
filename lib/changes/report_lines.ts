import { counted, countText } from "../cli/amounts.ts";
import { alignedTable } from "../cli/table.ts";
import type { Compared } from "./compare_runs.ts";

/** The result of each pair as lines of text. */
export function comparedLines(compared: readonly Compared[]): string[] {
  if (compared.length === 0) return ["fewer than two promoted months in the lake: nothing to compare"];
  return compared.flatMap((each) => {
    const { from, to } = each.pair;
    if (each.status === "failed") return [];
    if (each.status === "there") return [`run ${to.runId} was already compared with run ${from.runId}`];
    const rows = each.changes.map(({ entity, ...counts }) => [
      `${entity}s`,
      ...[counts.added, counts.removed, counts.changed, counts.moved].map((count) =>
        countText(Number(count)),
      ),
    ]);
    const table = alignedTable([["", "added", "removed", "changed", "moved ids"], ...rows]);
    const rest = each.details === null ? [] : [each.details];
    return [`run ${to.runId} compared with run ${from.runId}`, ...table, ...rest];
  });
}

/** A line for each failed pair. */
export function failedLines(compared: readonly Compared[]): string[] {
  return compared.flatMap((each) => {
    if (each.status !== "failed") return [];
    const { from, to } = each.pair;
    return [`run ${to.runId} could not be compared with run ${from.runId}: ${each.error.message}`];
  });
}

/** How many pairs of runs were compared, now or earlier, in a few words. */
export function comparedSummary(compared: readonly Compared[]): string {
  const count = (status: Compared["status"]) => compared.filter((each) => each.status === status).length;
  const parts = [
    [count("compared"), "compared"],
    [count("there"), "compared earlier"],
    [count("failed"), "failed"],
  ] as const;
  const texts = parts
    .filter(([pairs]) => pairs > 0)
    .map(([pairs, what]) => `${counted(pairs, "pair")} of runs ${what}`);
  return texts.join(", ") || "fewer than two promoted months to compare";
}
