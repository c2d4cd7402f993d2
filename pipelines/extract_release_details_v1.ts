import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

/** Extracts the detail datasets of releases from a dump of releases, all in one pass. */
export const main = detailsCommand("release");

await runAsEntrypoint(import.meta.url, main);
