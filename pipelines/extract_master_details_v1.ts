import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

/** Extracts the detail datasets of masters from a dump of masters, all in one pass. */
export const main = detailsCommand("master");

await runAsEntrypoint(import.meta.url, main);
