import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistAliasesV1 } from "../lib/datasets/artist_aliases_v1.ts";
import { artistMembershipsV1 } from "../lib/datasets/artist_memberships_v1.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

/** Extracts the aliases and memberships of artists from a dump of artists. */
export const main = extractorCommand({
  name: "pipelines/extract_artist_relations_v1.ts",
  summary:
    "Extracts artist_aliases_v1_typed and artist_memberships_v1_typed from a dump of artists, in one pass.",
  outputs: [
    { option: "out-aliases", dataset: artistAliasesV1 },
    { option: "out-members", dataset: artistMembershipsV1 },
  ],
  hasLegacy: true,
});

await runAsEntrypoint(import.meta.url, main);
