import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistNameMapV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds artist_name_map_v1 of a run from its artists, aliases and memberships. */
export const main = warehouseCommand(
  "pipelines/rebuild_artist_name_map_v1.ts",
  "Builds the map from normalised names to artists.",
  [artistNameMapV1],
);

await runAsEntrypoint(import.meta.url, main);
