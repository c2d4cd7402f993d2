import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { entities } from "../lib/datasets/declaration.ts";
import { runNodeTest } from "../lib/testing/node_test.ts";

const TESTS = ["lib/parser/scanner_agrees.test.ts", "lib/dump_tests/round_trip/round_trip.test.ts"];

/** Runs the tests with generated records at length; exit 1 if one fails. */
export const main = defineCommand({
  name: "scripts/fuzz.ts",
  summary:
    "Runs the tests with generated records at length: the scanner against saxes, and records rebuilt from datasets.",
  options: {
    records: {
      type: "integer",
      min: entities.length,
      default: 1_000_000,
      summary: "records to generate per test",
    },
    entity: {
      type: "string",
      choices: ["all", ...entities],
      default: "all",
      summary: "the records to generate",
    },
  },
  examples: ["npm run test:fuzz", "npm run test:fuzz -- --records 100000 --entity release"],
  async run({ options, env }) {
    const chosen = options.entity === "all" ? entities : [options.entity];
    const runs = String(Math.ceil(options.records / chosen.length));
    return runNodeTest(TESTS, {
      env: { ...env, DISCOGS_FUZZ_RUNS: runs },
      timeoutMs: 4 * 60 * 60_000,
      only: `^(${chosen.join("|")}): `,
    });
  },
});

await runAsEntrypoint(import.meta.url, main);
