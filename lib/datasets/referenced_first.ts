import type { TableDeclaration } from "./types.ts";

/**
 * Orders datasets so that each follows those of them that it must refer to (`CRITICAL`); otherwise in the given order.
 * Datasets that refer to each other keep it, too.
 */
export function referencedFirst<D extends TableDeclaration>(datasets: readonly D[]): D[] {
  const ordered = new Set<D>();
  const begun = new Set<D>();
  const place = (dataset: D): void => {
    if (begun.has(dataset)) return;
    begun.add(dataset);
    for (const { to, severity } of dataset.references ?? []) {
      const referenced = datasets.find(({ table }) => table === to.table);
      if (severity === "CRITICAL" && referenced !== undefined) place(referenced);
    }
    ordered.add(dataset);
  };
  for (const dataset of datasets) place(dataset);
  return [...ordered];
}
