import { readdirSync } from "node:fs";
import { type Command, type CommandMain, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import type { OptionSpecs } from "../lib/cli/options.ts";
import { commandsPage } from "../lib/docs/commands_page.ts";

const FOLDERS = [
  { folder: "scripts", about: "They act on runs and on the lake." },
  { folder: "pipelines", about: "They make data." },
  { folder: "tests", about: "Checks of data (the suites beside them are `*.test.ts`, for `npm test`)." },
  { folder: "legacy", about: "The untyped datasets of old notebooks: see [legacy](../legacy/README.md)." },
] as const;

export const main: CommandMain = defineCommand({
  name: "scripts/describe_commands.ts",
  summary: "Prints docs/commands.md: every script, what it does, and the environment variables.",
  options: {},
  examples: ["npx tsx scripts/describe_commands.ts > docs/commands.md"],
  async run({ print }) {
    const folders = [];
    for (const { folder, about } of FOLDERS)
      folders.push({ folder, about, commands: await commandsIn(folder) });
    print(commandsPage(folders).trimEnd());
    return EXIT.ok;
  },
});

/** The commands that the scripts of a folder declare, by name. Loading a script runs nothing. */
async function commandsIn(folder: string): Promise<Command<OptionSpecs>[]> {
  const url = new URL(`../${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return Promise.all(names.sort().map((name) => commandOf(new URL(name, url).href)));
}

async function commandOf(url: string): Promise<Command<OptionSpecs>> {
  // This script can't wait for itself to be loaded: it is running.
  if (url === import.meta.url) return main.command;
  const loaded: { main: CommandMain } = await import(url);
  return loaded.main.command;
}

await runAsEntrypoint(import.meta.url, main);
