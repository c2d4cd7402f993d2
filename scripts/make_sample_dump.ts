import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { type Vintage, vintages } from "../lib/sample/vintages.ts";
import { MINIMUM, type SampleCounts } from "../lib/sample/world.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";

const atLeast = (kind: keyof SampleCounts) => `number of ${kind}, at least ${MINIMUM[kind]}`;

/** Generates a month of sample dumps; the same options give the same bytes. */
export const main = defineCommand({
  name: "scripts/make_sample_dump.ts",
  summary:
    "Generates a month of sample dumps: invented records in the shape of the real ones, oddities included.",
  description: [
    "Writes OUT/MONTH/discogs_YYYYMM01_{artists,labels,masters,releases}.xml.gz, CHECKSUM.txt and sample.json, and",
    "prints one JSON object: records, how often each oddity occurs, and the rows that each dataset must have, detail",
    "datasets included. Elements are as frequent as in the dumps of 2026.",
    "The same options yield the same records. --growth appends records and leaves the others unchanged, so that a",
    "later month can be made from the counts of an earlier one. --changed changes a share of those others, and prints",
    "how many records a comparison with the unchanged month must find. An existing month with the same options is",
    "kept; with other options it is replaced only with --clean, and never if it contains anything but the sample.",
    "The minimum counts leave room for every oddity; --releases must be at least twice --masters.",
  ].join("\n"),
  options: {
    out: { type: "path", required: true, value: "DIR", summary: "raw root for the month's directory" },
    month: { type: "string", required: true, value: "YYYY-MM", summary: "month of the dump" },
    artists: { type: "integer", default: 2000, min: MINIMUM.artists, summary: atLeast("artists") },
    labels: { type: "integer", default: 500, min: MINIMUM.labels, summary: atLeast("labels") },
    masters: { type: "integer", default: 550, min: MINIMUM.masters, summary: atLeast("masters") },
    releases: { type: "integer", default: 4000, min: MINIMUM.releases, summary: atLeast("releases") },
    seed: { type: "integer", default: 1, summary: "different seeds yield different records" },
    growth: { type: "integer", default: 0, value: "PERCENT", summary: "records to append" },
    changed: {
      type: "integer",
      default: 0,
      value: "PERCENT",
      summary: "records to edit, remove or merge into others",
    },
    vintage: { type: "string", choices: vintages, default: "2026-01", summary: "shape of the records" },
    threads: {
      type: "integer",
      min: 1,
      summary: "number of threads; does not change the bytes (default: one per core)",
    },
    clean: { type: "flag", summary: "replace a sample with different options" },
  },
  examples: [
    "bin/lake make_sample_dump --out demo/raw --month 2026-07",
    "bin/lake make_sample_dump --out demo/raw --month 2026-08 --growth 3 --changed 1",
  ],
  async run({ options, log, print }) {
    const { growth, changed, vintage, ...rest } = options;
    const summary = await writeSampleDump({
      ...rest,
      growthPercent: growth,
      changedPercent: changed,
      vintage: vintage as Vintage,
      log,
    });
    print(JSON.stringify(summary));
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
