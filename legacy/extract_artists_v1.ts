import { runAsEntrypoint } from "../lib/cli/command.ts";
import { untypedCommand } from "../lib/extract/extractor_command.ts";
import { main as extract } from "../pipelines/extract_artists_v1.ts";

/** Extracts artists_v1 from a dump of artists, untyped and frozen. */
export const main = untypedCommand(
  extract,
  "legacy/extract_artists_v1.ts",
  "Extracts artists_v1, the untyped artists, from a dump of artists.",
);

await runAsEntrypoint(import.meta.url, main);
