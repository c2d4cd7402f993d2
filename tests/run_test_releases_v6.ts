import { runAsEntrypoint } from "../lib/cli/command.ts";
import { releasesV6 } from "../lib/datasets/releases_v6.ts";
import { runTestCommand } from "../lib/dump_tests/run_test_command.ts";

/** Extracts releases from a dump and compares them with a second reading; exit 1 if they differ. */
export const main = runTestCommand({
  name: "tests/run_test_releases_v6.ts",
  datasets: [releasesV6],
});

await runAsEntrypoint(import.meta.url, main);
