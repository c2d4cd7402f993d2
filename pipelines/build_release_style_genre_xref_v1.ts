import { runAsEntrypoint } from "../lib/cli/command.ts";
import { releaseGenreXrefV1, releaseStyleXrefV1 } from "../lib/datasets/warehouse.ts";
import { warehouseCommand } from "../lib/warehouse/warehouse_command.ts";

/** Builds release_style_xref_v1 and release_genre_xref_v1 of a run from releases_v6. */
export const main = warehouseCommand(
  "pipelines/build_release_style_genre_xref_v1.ts",
  "Builds the xrefs of releases and their styles and genres.",
  [releaseStyleXrefV1, releaseGenreXrefV1],
);

await runAsEntrypoint(import.meta.url, main);
