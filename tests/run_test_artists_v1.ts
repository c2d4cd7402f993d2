import { runAsEntrypoint } from "../lib/cli/command.ts";
import { artistsV1 } from "../lib/datasets/artists_v1.ts";
import { runTestCommand } from "../lib/dump_tests/run_test_command.ts";

/** Extracts artists from a dump and compares them with a second reading; exit 1 if they differ. */
export const main = runTestCommand({
  name: "tests/run_test_artists_v1.ts",
  datasets: [artistsV1],
});

await runAsEntrypoint(import.meta.url, main);
