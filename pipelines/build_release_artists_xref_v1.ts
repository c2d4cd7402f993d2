import { runAsEntrypoint } from "../lib/cli/command.ts";
import { releaseArtistsV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds release_artists_v1 of a run from releases_v6. */
export const main = warehouseCommand(
  "pipelines/build_release_artists_xref_v1.ts",
  "Builds the xref of releases and their artists.",
  [releaseArtistsV1],
);

await runAsEntrypoint(import.meta.url, main);
