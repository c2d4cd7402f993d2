import { duplicatesOf, orphansOf } from "../../lib/checks/declared_checks.ts";
import { extractedDatasets } from "../../lib/datasets/index.ts";
import { datasetName } from "../../lib/lake/done.ts";
import type { Mutation } from "./mutations.ts";
import { DOUBLED, firstOf, orphaned, refers, set } from "./rows.ts";

/**
 * Faults of the parser, which records what it made: only that a declared key or reference does not hold gives them
 * away. Of every extracted dataset, as it is declared.
 */
export const declared: readonly Mutation[] = extractedDatasets.flatMap((dataset): Mutation[] => {
  const { directory, kind, key, references = [] } = dataset;
  const name = datasetName(directory);
  const faults: Mutation[] = [];
  const add = (what: string, select: string, check: string) =>
    faults.push({ what, rows: { [name]: select }, record: "values", named: { parquetSanity: [check] } });
  if (key?.hard === true) add(`a row of ${name} twice`, DOUBLED, `${name}.${duplicatesOf(key.columns)}`);
  if (kind === "detail" && key?.hard === true) {
    const number = key.columns.at(-1) ?? "";
    add(`a gap in ${name}.${number}`, set(number, `${number} + 1000`, "n = 3"), `${name}.gaps_in_${number}`);
  }
  for (const reference of references.filter(({ severity }) => severity === "CRITICAL")) {
    const { columns } = reference;
    const last = columns.at(-1) ?? "";
    const first = firstOf(columns.map(refers).join(" AND "));
    add(
      `${name} leading to nothing by ${columns.join(", ")}`,
      set(last, orphaned(last), first),
      orphansOf({ dataset, reference }),
    );
  }
  return faults;
});
