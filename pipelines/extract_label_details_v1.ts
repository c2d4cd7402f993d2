import { runAsEntrypoint } from "../lib/cli/command.ts";
import { detailsCommand } from "../lib/extract/details_command.ts";

export const main = detailsCommand("label");

await runAsEntrypoint(import.meta.url, main);
