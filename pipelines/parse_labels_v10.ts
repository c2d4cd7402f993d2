import { runAsEntrypoint } from "../lib/cli/command.ts";
import { labelsV10 } from "../lib/datasets/labels_v10.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

/** Extracts labels_v10 from a dump of labels. */
export const main = extractorCommand({
  name: "pipelines/parse_labels_v10.ts",
  summary: "Extracts labels_v10 from a dump of labels.",
  outputs: [{ option: "out", dataset: labelsV10 }],
});

await runAsEntrypoint(import.meta.url, main);
