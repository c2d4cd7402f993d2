import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["lib", "pipelines", "scripts", "tests", "bin", "legacy"];
/** No test file may take longer than this, in milliseconds. */
const FILE_TIMEOUT_MS = 10 * 60_000;
/** Nor may all of them. */
const TOTAL_TIMEOUT_MS = 30 * 60_000;

export const main = defineCommand({
  name: "scripts/run_tests.ts",
  summary: "Runs every test, or those whose path contains one of the given texts.",
  positionals: ["path part?", "path part?", "path part?"],
  options: {},
  examples: ["npm test", "npm test -- lib/dump"],
  async run({ positionals, env }) {
    const files = testFiles().filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)));
    if (files.length === 0) throw new ExpectedError(`no test file's path contains ${positionals.join(" or ")}`);
    return (await runNodeTest(files, env)) === 0 ? EXIT.ok : EXIT.checkFailed;
  },
});

/** Every `*.test.ts`, relative to the project, sorted. */
function testFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  ).sort();
}

async function runNodeTest(files: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const flags = [
    "--import=tsx",
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${FILE_TIMEOUT_MS}`,
  ];
  // NODE_TEST_CONTEXT would make this run report to a test runner that called it.
  const { NODE_TEST_CONTEXT: _, ...environment } = env;
  const runner = spawn(process.execPath, [...flags, ...files], {
    cwd: PROJECT_ROOT,
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: TOTAL_TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    runner.once("error", reject);
    runner.once("exit", (code) => resolve(code ?? 1));
  });
}

await runAsEntrypoint(import.meta.url, main);
