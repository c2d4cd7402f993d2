import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/digdag/places.ts";
import { notHere } from "./elsewhere.ts";
import { commandsOf, fencedBlocks, type ShownCommand } from "../../lib/testing/fenced.ts";

const folders = ["docs", "digdag", "history", "legacy", "sql", "sql/showcase_queries", "sql/checks"];

/** The pages whose commands are run: README and those for users and contributors. */
export const pages: readonly string[] = [
  "README.md",
  ...folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Every fenced block of the pages. */
export const blocks = pages.flatMap((page) => fencedBlocks(projectRoot, page));

/** Every shell command of the pages. */
export const commands: readonly ShownCommand[] = blocks
  .filter(({ language }) => language === "sh" || language === "")
  .flatMap(commandsOf);

/** The entry of elsewhere.ts for a command: undefined if it is run by the tests of this folder that go through all pages. */
export const otherPlace = ({ page, command }: ShownCommand) =>
  notHere.find((each) => (each.page ?? page) === page && each.command.test(command));

/** Commands of workflows, and of Digdag without `bin/digdag`. */
const OF_WORKFLOWS = /^bin\/digdag |&& digdag run /;

const here = commands.filter((each) => otherPlace(each) === undefined);
/** The commands of workflows that workflows.test.ts runs. */
export const ofWorkflows = here.filter(({ command }) => OF_WORKFLOWS.test(command));
/** The other commands, which docs_commands.test.ts runs. */
export const ofScripts = here.filter(({ command }) => !OF_WORKFLOWS.test(command));
