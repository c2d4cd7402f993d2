import { type CommandMain, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { listedWorkflows } from "../lib/digdag/help.ts";
import { commandsPage } from "../lib/docs/commands_page.ts";
import { scriptCommands } from "../lib/docs/script_commands.ts";

const FOLDERS = [
  { folder: "scripts", about: "Scripts for runs and the lake." },
  { folder: "pipelines", about: "Scripts that make data." },
  { folder: "tests", about: "Checks of data (the `*.test.ts` files next to them are suites of `npm test`)." },
  { folder: "legacy", about: "The untyped datasets of old notebooks: see [legacy](../legacy/README.md)." },
] as const;

/** Prints docs/commands.md. */
export const main: CommandMain = defineCommand({
  name: "scripts/describe_commands.ts",
  summary: "Prints docs/commands.md: all scripts, workflows and environment variables.",
  options: {},
  examples: ["bin/lake describe_commands > docs/commands.md"],
  async run({ print }) {
    const folders = [];
    for (const { folder, about } of FOLDERS)
      folders.push({ folder, about, commands: await scriptCommands(folder, main.command) });
    print(commandsPage(folders, listedWorkflows()).trimEnd());
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
