import { runAsEntrypoint } from "../lib/cli/command.ts";
import { untypedCommand } from "../lib/extract/extractor_command.ts";
import { main as extract } from "../pipelines/extract_masters_v1.ts";

/** Extracts masters_v1 from a dump of masters, untyped and frozen. */
export const main = untypedCommand(
  extract,
  "legacy/extract_masters_v1.ts",
  "Extracts masters_v1, the untyped masters, from a dump of masters.",
);

await runAsEntrypoint(import.meta.url, main);
