import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistCreditsV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

export const main = warehouseCommand(
  "pipelines/build_artist_credits_v1.ts",
  "Makes the credits of each artist, one behind the other, of those of the releases.",
  [artistCreditsV1],
);

await runAsEntrypoint(import.meta.url, main);
