import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { markdownTable } from "../lib/docs/markdown.ts";
import { parameterRows, parametersYml } from "../lib/parameters/render.ts";

const FOLDERS = ["digdag", "history"] as const;

/** Prints a parameters.yml of the workflows, or the table of their parameters. */
export const main = defineCommand({
  name: "scripts/describe_parameters.ts",
  summary:
    "Prints a parameters.yml, or the table of parameters, from the declarations of the workflows' parameters.",
  description: "A test fails when digdag/, history/ or the tables in their README.md differ from this.",
  options: {
    folder: { type: "string", choices: FOLDERS, required: true, summary: "folder of the workflows" },
    table: { type: "flag", summary: "print the Markdown table" },
  },
  examples: ["bin/lake describe_parameters --folder=digdag > digdag/parameters.yml"],
  async run({ options, print }) {
    const folder = options.folder === "history" ? "history" : "digdag";
    if (options.table) for (const line of markdownTable(parameterRows(folder))) print(line);
    else print(parametersYml(folder).trimEnd());
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
