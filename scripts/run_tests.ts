import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { ExpectedError } from "../lib/cli/errors.ts";
import { runNodeTest } from "../lib/testing/node_test.ts";

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["lib", "pipelines", "scripts", "tests", "bin", "legacy"];
/** All tests together may take this long, in milliseconds. */
const TIMEOUT_MS = 30 * 60_000;

export const main = defineCommand({
  name: "scripts/run_tests.ts",
  summary: "Runs every test, or those whose path contains one of the given texts.",
  positionals: ["path part?", "path part?", "path part?"],
  options: {},
  examples: ["npm test", "npm test -- lib/dump"],
  async run({ positionals, env }) {
    const files = testFiles().filter(
      (file) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
    );
    if (files.length === 0)
      throw new ExpectedError(`no test file's path contains ${positionals.join(" or ")}`);
    return runNodeTest(files, env, TIMEOUT_MS);
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

await runAsEntrypoint(import.meta.url, main);
