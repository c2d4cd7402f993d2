import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistsV1 } from "../lib/datasets/artists_v1.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

/** Extracts artists_v1_typed from a dump of artists. */
export const main = extractorCommand({
  name: "pipelines/extract_artists_v1.ts",
  summary: "Extracts artists_v1_typed from a dump of artists.",
  outputs: [{ option: "out", dataset: artistsV1 }],
  hasLegacy: true,
});

await runAsEntrypoint(import.meta.url, main);
