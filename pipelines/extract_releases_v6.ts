import { runAsEntrypoint } from "../lib/cli/command.ts";
import { releasesV6 } from "../lib/datasets/releases_v6.ts";
import { extractorCommand } from "../lib/extract/extractor_command.ts";

/** Extracts releases_v6 from a dump of releases. */
export const main = extractorCommand({
  name: "pipelines/extract_releases_v6.ts",
  summary: "Extracts releases_v6 from a dump of releases.",
  outputs: [{ option: "out", dataset: releasesV6 }],
});

await runAsEntrypoint(import.meta.url, main);
