import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command, CommandMain } from "../cli/command.ts";
import type { OptionSpecs } from "../cli/options.ts";

const ROOT = new URL("../../", import.meta.url);

/** The names of the scripts of a folder of the project, without `.ts`. */
export function scriptNames(folder: string): string[] {
  const names = readdirSync(fileURLToPath(new URL(`${folder}/`, ROOT)));
  return names
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/**
 * The commands declared by the scripts of a folder, by name. Loading a script runs nothing.
 * @param running the calling command, which can't wait for itself to be loaded
 */
export async function scriptCommands(
  folder: string,
  running?: Command<OptionSpecs>,
): Promise<Command<OptionSpecs>[]> {
  return Promise.all(
    scriptNames(folder).map(async (name) => {
      if (running?.name === `${folder}/${name}.ts`) return running;
      const loaded: { main: CommandMain } = await import(new URL(`${folder}/${name}.ts`, ROOT).href);
      return loaded.main.command;
    }),
  );
}
