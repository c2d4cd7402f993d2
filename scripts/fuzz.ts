import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { runNodeTest } from "../lib/testing/node_test.ts";

/** The test has one property for each of the four entities. */
const ENTITIES = 4;

export const main = defineCommand({
  name: "scripts/fuzz.ts",
  summary:
    "The long form of the test that the record scanner agrees with saxes: a million generated records.",
  options: {
    records: { type: "integer", min: ENTITIES, default: 1_000_000, summary: "records to generate in all" },
  },
  examples: ["npm run test:fuzz", "npm run test:fuzz -- --records 100000"],
  async run({ options, env }) {
    const runs = String(Math.ceil(options.records / ENTITIES));
    return runNodeTest(
      ["lib/parser/scanner_agrees.test.ts"],
      { ...env, DISCOGS_FUZZ_RUNS: runs },
      2 * 60 * 60_000,
    );
  },
});

await runAsEntrypoint(import.meta.url, main);
