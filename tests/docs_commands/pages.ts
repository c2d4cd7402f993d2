import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/files/project_root.ts";
import { blocksIn, commandsOf, type Fenced, type ShownCommand } from "../../lib/testing/fenced.ts";
import { ANYWHERE, notHere } from "./elsewhere.ts";
import { type InSentences, inSentences, SENTENCE } from "./sentences.ts";

/**
 * Folders whose pages tell users and contributors what to do now. Not among them: docs/decisions and CHANGELOG.md, which record
 * what was decided, measured or changed at the time, with commands that may be gone by now.
 */
const folders = [
  "docs",
  "digdag",
  "history",
  "legacy",
  "sql",
  "sql/checks",
  "sql/recomputed",
  "sql/showcase_queries",
  "sql/warehouse",
  "tests/golden",
];

/** The pages whose commands are run. */
export const pages: readonly string[] = [
  "README.md",
  ...folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** What a page shows to be typed. */
export interface Shown extends InSentences {
  blocks: readonly Fenced[];
  /** The shell commands in its blocks. */
  commands: readonly ShownCommand[];
}

/** Collects the commands in the text of a page. */
export function shownIn(text: string, page: string): Shown {
  const blocks = blocksIn(text, page);
  const isShell = ({ language }: Fenced) => language === "sh" || language === "";
  const commands = blocks.filter(isShell).flatMap(commandsOf);
  return { blocks, commands, ...inSentences(text, page) };
}

const shown = pages.map((page) => shownIn(readFileSync(join(projectRoot, page), "utf8"), page));

/** Every fenced block of the pages. */
export const blocks = shown.flatMap((each) => each.blocks);

/** Every shell command in the blocks. */
export const commands: readonly ShownCommand[] = shown.flatMap((each) => each.commands);

/** A text with the same name for every run and lake. */
const general = (text: string) =>
  text
    .replaceAll(/\d{4}-\d{2}__\d{8}_\d{6}|RUN_ID/g, "RUN")
    .replaceAll(/(?:demo\/)?hive-data\b/g, "LAKE")
    .replaceAll(/ \\\n +/g, " ");

const inBlocks = commands.map(({ command }) => general(command));

/** Whether a block has the command too; a sentence may leave out its last arguments. */
const isInBlock = ({ command }: ShownCommand) =>
  inBlocks.some((each) => `${each} `.startsWith(`${general(command)} `));

/** The commands in sentences that no block has. */
export const sentenceCommands = shown.flatMap((each) => each.sentences).filter((each) => !isInBlock(each));

/** Scripts, workflows and options that sentences name with arguments, but not as a whole command. */
export const fragments = shown.flatMap((each) => each.fragments);

/** The entry of elsewhere.ts for a command: undefined if it is run by the tests of this folder that go through all pages. */
export const otherPlace = ({ page, from, command }: ShownCommand) =>
  notHere.find((each) => {
    const takesFrom = each.from === undefined ? from !== SENTENCE : [ANYWHERE, from].includes(each.from);
    return takesFrom && (each.page ?? page) === page && (each.command?.test(command) ?? true);
  });

/** The commands of all pages, in blocks and sentences, that elsewhere.ts leaves to a test. */
export const commandsFor = (test: string): ShownCommand[] =>
  [...commands, ...sentenceCommands].filter((each) => otherPlace(each)?.test === test);

/** Commands of workflows, and of Digdag without `bin/digdag`. */
const OF_WORKFLOWS = /^(\w+=\S+ )?bin\/digdag |&& digdag run /;

const here = [...commands, ...sentenceCommands].filter((each) => otherPlace(each) === undefined);
/** The commands of workflows that workflows.test.ts runs. */
export const ofWorkflows = here.filter(({ command }) => OF_WORKFLOWS.test(command));
/** The other commands, which docs_commands.test.ts runs. */
export const ofScripts = here.filter(({ command }) => !OF_WORKFLOWS.test(command));
