import { duplicatesOf, orphansOf, referencesAmong } from "../../lib/checks/declared_checks.ts";
import { extractedDatasets } from "../../lib/datasets/index.ts";
import { datasetName } from "../../lib/lake/done.ts";
import { DOUBLED, firstOf, orphaned, refers, set } from "./rows.ts";
import type { Mutation } from "./scene.ts";

/** The tested dumps have no images, like those since 2025. */
const filled = extractedDatasets.filter(({ directory }) => !directory.endsWith("_images_v1"));
const withHardKeys = filled.flatMap(({ directory, kind, key }) =>
  key?.hard === true ? [{ name: datasetName(directory), kind, columns: key.columns }] : [],
);
const numbered = withHardKeys
  .filter(({ kind }) => kind === "detail")
  .map(({ name, columns }) => ({ name, number: columns.at(-1) ?? "" }));
const hardReferences = referencesAmong(filled).filter(({ reference }) => reference.severity === "CRITICAL");

/** A fault of the parser, which records its own output: only a violated declaration reveals it. */
const fault = (what: string, rows: Readonly<Record<string, string>>, checks: string[]): Mutation => ({
  what,
  rows,
  record: "values",
  baseline: false,
  named: { parquetSanity: checks },
});

/** Makes references of this many columns orphans, in each dataset that declares such references. */
function orphans(what: string, isMeant: (columns: readonly string[]) => boolean): Mutation {
  const meant = hardReferences.filter(({ reference }) => isMeant(reference.columns));
  const rows = meant.map(({ dataset, reference: { columns } }) => {
    const last = columns.at(-1) ?? "";
    const first = firstOf(columns.map(refers).join(" AND "));
    return [datasetName(dataset.directory), set(last, orphaned(last), first)];
  });
  return fault(what, Object.fromEntries(rows), meant.map(orphansOf));
}

/** Faults in every extracted dataset, derived from its declaration. */
export const declared: readonly Mutation[] = [
  fault(
    "a duplicate key in each dataset",
    Object.fromEntries(withHardKeys.map(({ name }) => [name, DOUBLED])),
    withHardKeys.map(({ name, columns }) => `${name}.${duplicatesOf(columns)}`),
  ),
  fault(
    "a gap in the places of each detail dataset",
    Object.fromEntries(numbered.map(({ name, number }) => [name, set(number, `${number} + 1000`, "n = 3")])),
    numbered.map(({ name, number }) => `${name}.gaps_in_${number}`),
  ),
  orphans("missing records in each dataset that refers to them", ({ length }) => length === 1),
  orphans("missing tracks in each dataset that refers to them", ({ length }) => length > 1),
];
