import { reportError } from "../lib/cli/command.ts";
import { LAKE_FOLDERS } from "../lib/cli/command_call.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { endProcess, endWhenInterrupted } from "../lib/cli/interrupt.ts";
import { didYouMean } from "../lib/cli/nearest.ts";
import { exitCodeOfOutput, watchOutput } from "../lib/cli/output.ts";
import { scriptCommands, scriptNames } from "../lib/docs/script_commands.ts";
import { groupScripts } from "../lib/docs/script_groups.ts";

/** Lists the scripts that `bin/lake` runs. Called for an unknown script, and without a name. */
async function main(argv: string[]): Promise<number> {
  const [name = "--help"] = argv;
  try {
    if (name === "--help" || name === "-h" || name === "help") process.stdout.write(await listing());
    else throw unknownScript(name);
    return EXIT.ok;
  } catch (error) {
    return reportError("bin/lake", error, false);
  }
}

function unknownScript(name: string): ExpectedError {
  const meant = didYouMean(name, LAKE_FOLDERS.flatMap(scriptNames));
  const instead = meant === "" ? "; run bin/lake for a list" : meant;
  return new ExpectedError(`there is no script ${JSON.stringify(name)}${instead}`);
}

async function listing(): Promise<string> {
  const commands = (await Promise.all(LAKE_FOLDERS.map((folder) => scriptCommands(folder)))).flat();
  const summaries = new Map(commands.map(({ name, summary }) => [name.replace(/^.*\/|\.ts$/g, ""), summary]));
  const width = Math.max(...[...summaries.keys()].map((name) => name.length));
  const groups = groupScripts([...summaries.keys()]).map(({ title, scripts }) => {
    const lines = scripts.map((name) => `  ${name.padEnd(width)}  ${summaries.get(name)}\n`);
    return `\n${title}:\n${lines.join("")}`;
  });
  return `Usage: bin/lake SCRIPT [argument...], from any directory. bin/lake SCRIPT --help shows its options.\n${groups.join("")}`;
}

watchOutput();
endWhenInterrupted("bin/lake");
endProcess(await exitCodeOfOutput("bin/lake", await main(process.argv.slice(2))));
