import { countText } from "../cli/amounts.ts";
import { alignedTable } from "../cli/table.ts";
import type { Compared } from "./compare_runs.ts";

/** What was found of each pair, as lines of text. */
export function comparedLines(compared: readonly Compared[]): string[] {
  if (compared.length === 0)
    return ["fewer than two promoted months are in the lake: there is nothing to compare"];
  return compared.flatMap((each) => {
    const { from, to } = each.pair;
    if (each.status === "failed") return [];
    if (each.status === "there") return [`run ${to.runId} was compared with run ${from.runId} before`];
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

/** A line for each pair that failed. */
export function failedLines(compared: readonly Compared[]): string[] {
  return compared.flatMap((each) => {
    if (each.status !== "failed") return [];
    const { from, to } = each.pair;
    return [`run ${to.runId} could not be compared with run ${from.runId}: ${each.error.message}`];
  });
}
