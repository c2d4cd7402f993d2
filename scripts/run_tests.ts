import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { ExpectedError } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import { enginePlaces, requireEngine } from "../lib/digdag/engine.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { findJava } from "../lib/java/find_java.ts";
import { installS3Server } from "../lib/s3_server/install.ts";
import { longestFirst, recordCpuSeconds, recordedCpuSeconds } from "../lib/testing/cpu_seconds.ts";
import { testEngines } from "../lib/testing/engines.ts";
import { runNodeTest } from "../lib/testing/node_test.ts";
import { installTrino } from "../lib/trino_server/install.ts";
import { TRINO_JAVA } from "../lib/trino_server/pins.ts";

/** Suites of several folders first: they are the longest. */
const FOLDERS = ["tests", "legacy", "lib", "pipelines", "scripts", "bin"];
/**
 * Time limit of all tests together, in milliseconds, which stops tests that hang. They take about half an hour on two cores, longer on
 * slow ones.
 */
const TIMEOUT_MS = 50 * 60_000;

/** Runs the test files within the time limit; exit 1 if one fails or the time is up. */
export const main = defineCommand({
  name: "scripts/run_tests.ts",
  summary: "Runs all tests, or those whose path contains one of the given texts.",
  positionals: ["path part?", "path part?", "path part?"],
  description:
    "Installs Digdag's engine, Trino and an S3 server first if they are missing. DISCOGS_TEST_ENGINES=duckdb skips Trino.",
  options: {
    record: {
      type: "flag",
      summary: "record the CPU seconds of each file, so that later runs begin with the longest",
    },
  },
  examples: ["npm test", "npm test -- lib/dump"],
  async run({ options, positionals, env, log }) {
    const all = testFiles();
    const files = all.filter(
      (file) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
    );
    if (files.length === 0)
      throw new ExpectedError(`no test file has ${positionals.join(" or ")} in its path`);
    await installMissing(env, log);
    return runNodeTest(longestFirst(files, recordedCpuSeconds()), {
      env,
      timeoutMs: TIMEOUT_MS,
      ...(options.record ? { measured: (seconds) => recordCpuSeconds(seconds, all) } : {}),
    });
  },
});

/** Installs what tests would otherwise download while they are timed. */
async function installMissing(env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  await requireEngine(enginePlaces(env), env, log);
  await installS3Server(env, log);
  const { DISCOGS_TEST_ENGINES: chosen = "" } = env;
  if (testEngines.some(({ name }) => name === "trino"))
    await installTrino(env, findJava(TRINO_JAVA, env), log);
  else log.info(`skipping Trino: DISCOGS_TEST_ENGINES=${chosen}`);
}

/** Every `*.test.ts`, relative to the project, sorted in each folder. */
function testFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`)
      .sort(),
  );
}

await runAsEntrypoint(import.meta.url, main);
