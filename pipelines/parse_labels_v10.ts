import { runAsEntrypoint } from "../lib/cli/command.ts";
import { labelsV10 } from "../lib/datasets/labels_v10.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

export const main = extractorCommand({
  name: "pipelines/parse_labels_v10.ts",
  summary: "Makes labels_v10 of a labels dump.",
  dumpVariable: "DISCOGS_LABELS_DUMP",
  outputs: [{ option: "out", dataset: labelsV10 }],
});

await runAsEntrypoint(import.meta.url, main);
