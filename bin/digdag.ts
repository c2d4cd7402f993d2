import { EXIT, ExpectedError, oneLine } from "../lib/cli/errors.ts";
import { createLogger } from "../lib/cli/log.ts";
import { exitCodeOfOutput, watchOutput } from "../lib/cli/output.ts";
import { launchDigdag } from "../lib/digdag/launch.ts";

/** All arguments are Digdag's own; `--help` is answered by it too. */
async function main(argv: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await launchDigdag(argv, { cwd: process.cwd(), env, log: createLogger() });
  } catch (error) {
    const expected = error instanceof ExpectedError;
    process.stderr.write(`digdag: ${expected ? "error" : "unexpected error"}: ${oneLine(error)}\n`);
    if (!expected && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return expected ? error.exitCode : EXIT.unexpected;
  }
}

watchOutput();
process.exit(await exitCodeOfOutput("digdag", await main(process.argv.slice(2), process.env)));
