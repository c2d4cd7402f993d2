import { runAsEntrypoint } from "../lib/cli/command.ts";
import { releaseArtistsV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

export const main = warehouseCommand(
  "pipelines/build_release_artists_xref_v1.ts",
  "Makes the xref of releases and the artists that they name.",
  [releaseArtistsV1],
);

await runAsEntrypoint(import.meta.url, main);
