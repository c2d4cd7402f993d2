import { runAsEntrypoint } from "../lib/cli/command.ts";
import { mastersV1 } from "../lib/datasets/masters_v1.ts";
import { runTestCommand } from "../lib/dump_tests/run_test_command.ts";

/** Extracts masters from a dump and compares them with a second reading; exit 1 if they differ. */
export const main = runTestCommand({
  name: "tests/run_test_masters_v1.ts",
  datasets: [mastersV1],
});

await runAsEntrypoint(import.meta.url, main);
