import { runAsEntrypoint } from "../lib/cli/command.ts";
import { labelsV10 } from "../lib/datasets/labels_v10.ts";
import { runTestCommand } from "../lib/dump_tests/run_test_command.ts";

/** Extracts labels from a dump and compares them with a second reading; exit 1 if they differ. */
export const main = runTestCommand({
  name: "tests/run_test_labels_v10.ts",
  datasets: [labelsV10],
});

await runAsEntrypoint(import.meta.url, main);
