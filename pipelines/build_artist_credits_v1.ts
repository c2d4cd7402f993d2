import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistCreditsV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds artist_credits_v1 of a run from its other datasets. */
export const main = warehouseCommand(
  "pipelines/build_artist_credits_v1.ts",
  "Builds artist_credits_v1: the credits of the releases, sorted by artist.",
  [artistCreditsV1],
);

await runAsEntrypoint(import.meta.url, main);
