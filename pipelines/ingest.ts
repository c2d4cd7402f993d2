import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import type { OptionValues } from "../lib/cli/options.ts";
import { collectionOptions } from "../lib/collection/collection_options.ts";
import { type CollectionSource, collectionPages } from "../lib/collection/collection_pages.ts";
import { ingestCollection } from "../lib/collection/ingest_collection.ts";
import { ingestRun } from "../lib/extract/ingest_run.ts";
import { openBuilding, withRunLock } from "../lib/lake/building.ts";
import { runOptions, selectRun } from "../lib/lake/run_selection.ts";

export const main = defineCommand({
  name: "pipelines/ingest.ts",
  summary: "Makes the canonical datasets of a month's four dumps, in a run that is being built.",
  description: [
    "The dumps are those that the run was started with. A dataset that is there, was made of the same dump by the",
    "same code with the same options, and verifies, is kept. Where the dumps come with a CHECKSUM.txt, they must match it.",
    "With --collection-json, the pages of a collection become the run's collection dataset.",
  ].join("\n"),
  options: {
    ...runOptions,
    batch: { type: "integer", min: 1, summary: "rows of each part (default: as each dataset declares)" },
    threads: { type: "integer", min: 1, summary: "threads that work at once (default: one for each core)" },
    ...collectionOptions,
  },
  async run({ options, log, print }) {
    const { lake, runId, state } = await selectRun(options);
    if (state === "sealed") {
      log.info(`run ${runId} is sealed: nothing to ingest`);
      return EXIT.ok;
    }
    const pages = await pagesOf(options);
    const records = await withRunLock(lake, runId, "ingest", async () => {
      const building = await openBuilding(lake, runId);
      const canonical = await ingestRun(building, { batch: options.batch, threads: options.threads, log });
      return pages === undefined ? canonical : [...canonical, await ingestCollection(building, pages, log)];
    });
    for (const { dataset, rows, files } of records) print(`${dataset}: ${rows} rows, ${files.length} parts`);
    return EXIT.ok;
  },
});

/** Where the collection's pages are, if there is one; looked for at once, since the dumps take hours. */
async function pagesOf(
  options: OptionValues<typeof collectionOptions>,
): Promise<CollectionSource | undefined> {
  const srcDir = options["collection-json"];
  if (srcDir === undefined) return undefined;
  const source = { srcDir, pattern: options["collection-pattern"] };
  await collectionPages(source);
  return source;
}

await runAsEntrypoint(import.meta.url, main);
