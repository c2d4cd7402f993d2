import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

/** Extracts the detail datasets of artists from a dump of artists, all in one pass. */
export const main = detailsCommand("artist");

await runAsEntrypoint(import.meta.url, main);
