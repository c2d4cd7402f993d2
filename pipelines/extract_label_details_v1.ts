import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

/** Extracts the detail datasets of labels from a dump of labels, all in one pass. */
export const main = detailsCommand("label");

await runAsEntrypoint(import.meta.url, main);
