import { runAsEntrypoint } from "../lib/cli/command.ts";
import { untypedCommand } from "../lib/extract/extractor_command.ts";
import { main as extract } from "../pipelines/extract_artist_relations_v1.ts";

/** Extracts the aliases and memberships of artists from a dump, untyped and frozen. */
export const main = untypedCommand(
  extract,
  "legacy/extract_artist_relations_v1.ts",
  "Extracts artist_aliases_v1 and artist_memberships_v1, the untyped relations, from a dump of artists.",
);

await runAsEntrypoint(import.meta.url, main);
