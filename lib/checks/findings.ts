import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { type Counted, countedDuplicates, countedNulls, countedOrphans, countedRows } from "./counted.ts";
import { rowsOf } from "./dataset_files.ts";
import { duplicateKeysOf, mandatoryColumns, nullsOf, orphansOf, referencesAmong } from "./declared_checks.ts";
import { orphansUnit } from "./reference_statements.ts";
import { sanityChecks } from "./sanity_statements.ts";

/** The checks that count something which another check may count too, by name. */
const counted: ReadonlyMap<string, Counted> = new Map([
  ...sanityChecks().flatMap(({ name, counts }) => (counts === undefined ? [] : [[name, counts] as const])),
  ...allTables.flatMap(countedByDataset),
  ...referencesAmong(allTables).map((declared) => {
    const { dataset, reference } = declared;
    return [orphansOf(declared), countedOrphans(dataset, reference, orphansUnit(reference))] as const;
  }),
]);

function countedByDataset(dataset: TableDeclaration): (readonly [string, Counted])[] {
  return [
    [rowsOf(dataset), countedRows(dataset)],
    ...mandatoryColumns(dataset).map((column) => {
      return [nullsOf(dataset, column), countedNulls(dataset, column)] as const;
    }),
    ...(dataset.key === undefined
      ? []
      : [[duplicateKeysOf(dataset, dataset.key), countedDuplicates(dataset)] as const]),
  ];
}

/**
 * What a check of the Parquet sanity or of the sanity report counts, according to the declarations; undefined when no
 * check of another name can count the same.
 */
export function countedBy(check: string): Counted | undefined {
  return counted.get(check);
}

const reported: ReadonlySet<string> = new Set(sanityChecks().map(({ name }) => name));

const isOfReport = (name: string) => reported.has(name);

/**
 * Groups checks that found the same, each given as in a manifest's `not_ok`: severity and name. Keeps the order, and
 * gives each check once. Begins each group with the check of the sanity report, if it has one: the report ends before the Parquet
 * sanity, so a workflow shows that name too.
 */
export function findingsOf(checks: Iterable<string>): [string, ...string[]][] {
  const findings = new Map<string, [string, ...string[]]>();
  for (const check of new Set(checks)) {
    const nameAt = check.indexOf(" ") + 1;
    const name = check.slice(nameAt);
    const key = `${check.slice(0, nameAt)}${countedBy(name)?.what ?? name}`;
    const known = findings.get(key);
    if (known === undefined) findings.set(key, [check]);
    else if (isOfReport(name)) known.unshift(check);
    else known.push(check);
  }
  return [...findings.values()];
}
