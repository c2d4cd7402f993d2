import { runAsEntrypoint } from "../lib/cli/command.ts";
import { labelReleaseCountsV1, releaseLabelXrefV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds release_label_xref_v1 and label_release_counts_v1 of a run from releases_v6. */
export const main = warehouseCommand(
  "pipelines/build_release_label_xref_v1.ts",
  "Builds the xref of releases and their labels, and the number of releases per label.",
  [releaseLabelXrefV1, labelReleaseCountsV1],
);

await runAsEntrypoint(import.meta.url, main);
