import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EXIT } from "../cli/errors.ts";
import { withPath } from "../cli/system_error.ts";
import { runInGroup } from "../digdag/process_group.ts";
import { projectRoot } from "../files/project_root.ts";
import { inSystemTemporary } from "../files/system_temporary.ts";
import { type CpuSeconds, measuringCode, readMeasured } from "./cpu_seconds.ts";

/** How test files are run. */
export interface NodeTestOptions {
  env: NodeJS.ProcessEnv;
  /** Time limit of each file and of all together. */
  timeoutMs: number;
  /** A regular expression: runs only the tests whose names it matches. */
  only?: string;
  /** Receives the CPU seconds of each file. */
  measured?: (seconds: CpuSeconds) => Promise<void>;
}

/**
 * Runs test files (relative to the project) with Node's runner in the given order, one per core at a time. Returns the exit
 * code: a failed test is a failed check.
 */
export async function runNodeTest(files: readonly string[], options: NodeTestOptions): Promise<number> {
  const { measured } = options;
  return inSystemTemporary("discogs-data-lake-tests-", async (directory) => {
    const measurements = join(directory, "cpu_seconds");
    const starters = await writeStarters(directory, files, measured === undefined ? undefined : measurements);
    const exitCode = await runStarters(starters, options);
    await measured?.(await readMeasured(measurements));
    return exitCode;
  });
}

/**
 * Writes a module for each test file that runs its compiled form as `bin/run.mjs` does. Node's runner sorts the files
 * that it is given, so that their names begin with a number.
 */
async function writeStarters(
  directory: string,
  files: readonly string[],
  measurements: string | undefined,
): Promise<string[]> {
  const runner = join(projectRoot, "bin", "run.mjs");
  return Promise.all(
    files.map(async (file, index) => {
      const name = `${String(index).padStart(4, "0")}-${file.replaceAll("/", "-").replace(/\.ts$/, ".mjs")}`;
      const lines = [
        measurements === undefined ? "" : measuringCode(file, measurements),
        "process.setSourceMapsEnabled(true);",
        `process.argv.splice(1, 1, ${JSON.stringify(runner)}, ${JSON.stringify(join(projectRoot, file))});`,
        `await import(${JSON.stringify(pathToFileURL(runner).href)});`,
      ];
      const path = join(directory, name);
      await writeFile(path, `${lines.join("\n")}\n`).catch((error: unknown) => {
        throw withPath(error, path);
      });
      return path;
    }),
  );
}

async function runStarters(
  starters: readonly string[],
  { env, timeoutMs, only }: NodeTestOptions,
): Promise<number> {
  const flags = [
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${timeoutMs}`,
    ...(only === undefined ? [] : [`--test-name-pattern=${only}`]),
  ];
  // NODE_TEST_CONTEXT would make this run report to a test runner that called it; at a terminal the runner would set
  // FORCE_COLOR for the tests, and so for the scripts whose output they compare.
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...inherited } = env;
  const exitCode = await runInGroup({
    program: process.execPath,
    args: [...flags, ...starters],
    cwd: projectRoot,
    env: { ...inherited, NO_COLOR: "1" },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return exitCode === 0 ? EXIT.ok : EXIT.checkFailed;
}
