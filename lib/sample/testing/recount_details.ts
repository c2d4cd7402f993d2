import { join } from "node:path";
import { entities } from "../../datasets/declaration.ts";
import { detailDatasets } from "../../datasets/index.ts";
import { tallyDump } from "../../dump_tests/dump_counter.ts";
import type { SampleSummary } from "../write_sample_dump.ts";

/** Counts the rows that each detail dataset must have with the reader of the run tests, by directory. */
export async function recountDetails({ directory, files }: SampleSummary): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [n, entity] of entities.entries()) {
    const { datasets } = await tallyDump(join(directory, files[n]?.name ?? ""), entity);
    for (const dataset of detailDatasets.filter((each) => each.entity === entity)) {
      rows[dataset.directory] = datasets[dataset.directory]?.rows ?? -1;
    }
  }
  return rows;
}
