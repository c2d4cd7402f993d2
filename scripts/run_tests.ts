import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { ExpectedError } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import { enginePlaces, requireEngine } from "../lib/digdag/engine.ts";
import { findJava } from "../lib/java/find_java.ts";
import { installS3Server } from "../lib/s3_server/install.ts";
import { longestFirst, recordCpuSeconds, recordedCpuSeconds } from "../lib/testing/cpu_seconds.ts";
import { testEngines } from "../lib/testing/engines.ts";
import { runNodeTest } from "../lib/testing/node_test.ts";
import { installTrino } from "../lib/trino_server/install.ts";
import { TRINO_JAVA } from "../lib/trino_server/pins.ts";

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["lib", "pipelines", "scripts", "tests", "bin", "legacy"];
/** All tests together may take this long, in milliseconds. */
const TIMEOUT_MS = 30 * 60_000;

export const main = defineCommand({
  name: "scripts/run_tests.ts",
  summary: "Runs every test, or those whose path contains one of the given texts.",
  positionals: ["path part?", "path part?", "path part?"],
  description:
    "Digdag's engine, Trino and an S3 server are installed first where they are missing. DISCOGS_TEST_ENGINES=duckdb leaves Trino out.",
  options: {
    record: {
      type: "flag",
      summary: "keep the CPU seconds of each file, by which later runs begin with the longest",
    },
  },
  examples: ["npm test", "npm test -- lib/dump"],
  async run({ options, positionals, env, log }) {
    const all = testFiles();
    const files = all.filter(
      (file) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
    );
    if (files.length === 0)
      throw new ExpectedError(`no test file's path contains ${positionals.join(" or ")}`);
    await installMissing(env, log);
    return runNodeTest(longestFirst(files, recordedCpuSeconds()), {
      env,
      timeoutMs: TIMEOUT_MS,
      ...(options.record ? { measured: (seconds) => recordCpuSeconds(seconds, all) } : {}),
    });
  },
});

/** What tests would otherwise download while their time is measured. */
async function installMissing(env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  await requireEngine(enginePlaces(env), env, log);
  await installS3Server(env, log);
  const { DISCOGS_TEST_ENGINES: chosen = "" } = env;
  if (testEngines.some(({ name }) => name === "trino"))
    await installTrino(env, findJava(TRINO_JAVA, env), log);
  else log.info(`Trino is left out: DISCOGS_TEST_ENGINES=${chosen}`);
}

/** Every `*.test.ts`, relative to the project, sorted. */
function testFiles(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  ).sort();
}

await runAsEntrypoint(import.meta.url, main);
