import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

export const main = detailsCommand("master");

await runAsEntrypoint(import.meta.url, main);
