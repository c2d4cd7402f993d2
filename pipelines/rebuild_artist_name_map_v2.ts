import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistNameMapV2 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds artist_name_map_v2 of a run: the names of v1, name variations, and the kind of each. */
export const main = warehouseCommand(
  "pipelines/rebuild_artist_name_map_v2.ts",
  "Builds the map from normalised names to artists, including name variations, with the kind of each name.",
  [artistNameMapV2],
);

await runAsEntrypoint(import.meta.url, main);
