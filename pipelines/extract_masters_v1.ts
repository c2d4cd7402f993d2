import { runAsEntrypoint } from "../lib/cli/command.ts";
import { mastersV1 } from "../lib/datasets/masters_v1.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

/** Extracts masters_v1_typed from a dump of masters. */
export const main = extractorCommand({
  name: "pipelines/extract_masters_v1.ts",
  summary: "Extracts masters_v1_typed from a dump of masters.",
  outputs: [{ option: "out", dataset: mastersV1 }],
  hasLegacy: true,
});

await runAsEntrypoint(import.meta.url, main);
