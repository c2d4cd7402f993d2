import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistAliasesV1 } from "../lib/datasets/artist_aliases_v1.ts";
import { artistMembershipsV1 } from "../lib/datasets/artist_memberships_v1.ts";
import { runTestCommand } from "../lib/dump_tests/run_test_command.ts";

/** Extracts aliases and memberships from a dump and compares them with a second reading; exit 1 if they differ. */
export const main = runTestCommand({
  name: "tests/run_test_artist_relations.ts",
  datasets: [artistAliasesV1, artistMembershipsV1],
});

await runAsEntrypoint(import.meta.url, main);
