import { bytesText } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { sealedDir } from "../lib/files/paths.ts";
import { datasetBytes } from "../lib/lake/manifest.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { sealRun } from "../lib/lake/seal.ts";

/** Seals a tested run: manifest, no write permissions, final name; a run that fails its verification is exit 1. */
export const main = defineCommand({
  name: "scripts/seal_run.ts",
  summary:
    "Seals a complete and tested run: writes the manifest, removes write permissions, gives it its final name.",
  description: [
    "Every dataset of the run must be done and pass verification. The newest parquet_sanity and sanity reports must be",
    "newer than the data, passed, and without a failed CRITICAL check. An already sealed run is only verified.",
  ].join("\n"),
  options: runOptions,
  positionals: ["run_id?"],
  examples: ["bin/lake seal_run 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, log, print, summarize }) {
    const { lake, runId } = await selectRun(withPositional(options, positionals));
    const { manifest, wasSealed } = await sealRun(lake, runId, { log });
    const size = `${Object.keys(manifest.datasets).length} datasets, ${bytesText(datasetBytes(manifest))}`;
    summarize(`run ${runId}, ${size}`);
    print(`${wasSealed ? "already sealed and verified" : "sealed"}: ${sealedDir(lake, runId)} (${size})`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
