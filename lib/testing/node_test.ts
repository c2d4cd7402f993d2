import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { EXIT } from "../cli/errors.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs test files (relative to the project) with Node's runner, one per core at a time.
 * @param timeoutMs time limit of each file and of all together
 * @returns the exit code: a failed test is a failed check
 */
export async function runNodeTest(
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<number> {
  const flags = [
    "--import=tsx",
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${timeoutMs}`,
  ];
  // NODE_TEST_CONTEXT would make this run report to a test runner that called it; at a terminal the runner would set
  // FORCE_COLOR for the tests, and so for the scripts whose output they compare.
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...inherited } = env;
  const environment = { ...inherited, NO_COLOR: "1" };
  const runner = spawn(process.execPath, [...flags, ...files], {
    cwd: PROJECT_ROOT,
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: timeoutMs,
  });
  return new Promise((resolve, reject) => {
    runner.once("error", reject);
    runner.once("exit", (code) => resolve(code === 0 ? EXIT.ok : EXIT.checkFailed));
  });
}
