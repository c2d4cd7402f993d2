import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { sealedDir } from "../lib/files/paths.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { sealRun } from "../lib/lake/seal.ts";

export const main = defineCommand({
  name: "scripts/seal_run.ts",
  summary: "Seals a run that is complete and tested: manifest, no write bits, its final name.",
  description:
    "All twelve datasets must be done and verify, and the newest parquet_sanity and sanity reports of the run must\n" +
    "be newer than its data, passed, and without a CRITICAL false. A run that is sealed already is only verified.",
  options: runOptions,
  positionals: ["run_id?"],
  examples: ["npx tsx scripts/seal_run.ts 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, log, print, summarize }) {
    const { lake, runId } = await selectRun(withPositional(options, positionals));
    const { manifest, wasSealed } = await sealRun(lake, runId, { log });
    const bytes = Object.values(manifest.datasets).reduce((sum, dataset) => sum + dataset.bytes, 0);
    const megabytes = (bytes / 1e6).toFixed(1);
    const size = `${Object.keys(manifest.datasets).length} datasets, ${megabytes} MB`;
    summarize(`run ${runId}, ${size}`);
    print(`${wasSealed ? "already sealed and verified" : "sealed"}: ${sealedDir(lake, runId)} (${size})`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
