import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { readManifest } from "../lib/lake/manifest.ts";
import { manifestProblems } from "../lib/lake/manifest_problems.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { runProblems, sealProblems } from "../lib/lake/verify.ts";
import { promotedManifest } from "../lib/promotion/promoted_manifest.ts";

/** Compares every byte of a sealed run with its manifest; exit 1 if anything differs, is missing or is extra. */
export const main = defineCommand({
  name: "scripts/verify_run.ts",
  summary: "Compares a sealed run with its manifest: every file's size and sha256, none missing, none extra.",
  description: [
    "Also checks that nothing is a link or writable, and that the manifest is consistent with itself and with its",
    "sha256 in promotions.jsonl and the registry, if recorded there. Prints a line for each difference and exits with",
    "code 1 if there are any. Reports may be added.",
  ].join("\n"),
  options: runOptions,
  positionals: ["run_id?"],
  examples: ["bin/lake verify_run 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, log, print }) {
    const { runId, dir, state } = await selectRun(withPositional(options, positionals));
    if (state === "building") throw new ExpectedError(`run ${runId} is not sealed and has no manifest yet`);
    const manifest = await readManifest(dir);
    if (manifest === undefined) throw new ExpectedError(`${dir} has no manifest.json and can't be verified`);
    const { lake } = options;
    const recorded = [...(await promotedManifest(lake, runId)), ...(await registeredManifest(lake, runId))];
    const problems = [
      ...(await manifestProblems(dir, runId, manifest, recorded)),
      ...(await runProblems(dir, manifest, { log })),
      ...(await sealProblems(dir, manifest)),
    ];
    for (const problem of problems) print(problem);
    if (problems.length > 0) return EXIT.checkFailed;
    const files = Object.values(manifest.datasets).reduce((sum, dataset) => sum + dataset.files.length, 0);
    print(`verified: run ${runId}, ${files} files`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
