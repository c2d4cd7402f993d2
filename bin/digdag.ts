import { reportError } from "../lib/cli/command.ts";
import { endProcess, endWhenInterrupted } from "../lib/cli/interrupt.ts";
import { createLogger } from "../lib/cli/log.ts";
import { exitCodeOfOutput, watchOutput } from "../lib/cli/output.ts";
import { launchDigdag } from "../lib/digdag/launch.ts";

/** All arguments are Digdag's, including `--help`. */
async function main(argv: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await launchDigdag(argv, { cwd: process.cwd(), env, log: createLogger() });
  } catch (error) {
    return reportError("digdag", error, false);
  }
}

watchOutput();
endWhenInterrupted("digdag");
endProcess(await exitCodeOfOutput("digdag", await main(process.argv.slice(2), process.env)));
