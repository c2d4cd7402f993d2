import { counted, countText } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import type { OptionSpecs, OptionValues } from "../lib/cli/options.ts";
import { collectionOptions } from "../lib/collection/collection_options.ts";
import type { CollectionSource } from "../lib/collection/collection_pages.ts";
import { ingestCollection } from "../lib/collection/ingest_collection.ts";
import { collection } from "../lib/datasets/collection.ts";
import { strictOption } from "../lib/extract/extractor_command.ts";
import { ingestedDirectories, ingestedDumps, ingestRun } from "../lib/extract/ingest_run.ts";
import { threadShare } from "../lib/extract/threads/thread_share.ts";
import { openBuilding, withDatasetLocks } from "../lib/lake/building.ts";
import type { DoneRecord } from "../lib/lake/done.ts";
import { chosenDatasets, requireSameChoice, runDatasetsOption } from "../lib/lake/run_datasets.ts";
import { runOptions, selectRun } from "../lib/lake/run_selection.ts";

const options = {
  ...runOptions,
  only: {
    type: "string",
    choices: [...ingestedDumps, "collection"],
    summary: "ingest only this dump; the others can be ingested by other processes",
  },
  datasets: {
    ...runDatasetsOption,
    summary: `${runDatasetsOption.summary} (default: those the run was begun with; any other choice is refused)`,
  },
  batch: { type: "integer", min: 1, summary: "rows per part (default: as declared for the dataset)" },
  threads: {
    type: "integer",
    min: 1,
    summary: "number of threads (default: one per core, at most 4; with --only, a share of the cores)",
  },
  "remove-control-characters": {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "remove and count control characters, which XML does not allow (dumps of 2011 have some)",
  },
  strict: strictOption,
  ...collectionOptions,
} as const satisfies OptionSpecs;

/** Extracts the datasets of one, several or all entities into an unsealed run; keeps those that are finished already. */
export const main = defineCommand({
  name: "pipelines/ingest.ts",
  summary: "Extracts the datasets of a month's four dumps into a run under construction.",
  description: [
    "Uses the dumps that the run was started with. Keeps an existing dataset that was made from the same dump by the",
    "same code with the same options and passes verification. Dumps that come with a CHECKSUM.txt must match it.",
    "--collection-json makes the run's collection dataset from pages of a collection.",
  ].join("\n"),
  options,
  async run({ options, log, print, summarize }) {
    if (options.datasets !== undefined) chosenDatasets(options.datasets);
    const { lake, runId, state } = await selectRun(options);
    if (state === "sealed") {
      log.info(`run ${runId} is sealed: nothing to ingest`);
      return EXIT.ok;
    }
    const { only } = options;
    const dumps = ingestedDumps.filter((dump) => only === undefined || only === dump);
    const pages = only === undefined || only === "collection" ? pagesOf(options) : undefined;
    if (only === "collection" && pages === undefined) log.info("no collection pages given");
    const threads = options.threads ?? (only === undefined ? undefined : threadShare(only));
    const removeControlCharacters = options["remove-control-characters"] === "true";
    const { run } = await openBuilding(lake, runId);
    if (options.datasets !== undefined) requireSameChoice(run, options.datasets);
    const directories = [
      ...ingestedDirectories(run, dumps),
      ...(pages === undefined ? [] : [collection.directory]),
    ];
    const what = only === undefined ? "ingest" : `ingest of ${only}`;
    const records = await withDatasetLocks(lake, runId, what, directories, async () => {
      const building = await openBuilding(lake, runId);
      // First, because the dumps take hours: a page that is missing is refused at once.
      const collected = pages === undefined ? [] : [await ingestCollection(building, pages, log)];
      const extracted = await ingestRun(building, {
        dumps,
        batch: options.batch,
        threads,
        removeControlCharacters,
        strict: options.strict,
        log,
      });
      return [...extracted, ...collected];
    });
    summarize(`${only ?? "all dumps"}, ${ingestedText(records)}`);
    for (const { dataset, rows, files } of records)
      print(`${dataset}: ${counted(rows, "row")}, ${counted(files.length, "part")}`);
    return EXIT.ok;
  },
});

/** The number of rows and datasets, and other counts by reason. */
function ingestedText(records: readonly DoneRecord[]): string {
  const rows = records.reduce((sum, record) => sum + record.rows, 0);
  const reasons = new Map<string, number>();
  for (const [reason, count] of records.flatMap(({ counts }) => Object.entries(counts))) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  const noticed = [...reasons]
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason}: ${countText(count)}`);
  return [`${counted(rows, "row")} in ${counted(records.length, "dataset")}`, ...noticed].join(", ");
}

/** The collection's pages, if any. */
function pagesOf(options: OptionValues<typeof collectionOptions>): CollectionSource | undefined {
  const srcDir = options["collection-json"];
  if (srcDir === undefined) return undefined;
  const allowIncomplete = options["collection-allow-incomplete"] === "true";
  return { srcDir, pattern: options["collection-pattern"], allowIncomplete };
}

await runAsEntrypoint(import.meta.url, main);
