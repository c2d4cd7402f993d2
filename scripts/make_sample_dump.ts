import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { type Vintage, vintages } from "../lib/sample/vintages.ts";
import { MINIMUM, type SampleCounts } from "../lib/sample/world.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";

const atLeast = (kind: keyof SampleCounts) => `number of ${kind}, at least ${MINIMUM[kind]}`;

export const main = defineCommand({
  name: "scripts/make_sample_dump.ts",
  summary:
    "Generates a month of sample dumps: invented records in the shape of the real ones, oddities included.",
  description:
    "Writes OUT/MONTH/discogs_YYYYMM01_{artists,labels,masters,releases}.xml.gz, CHECKSUM.txt and sample.json,\n" +
    "and prints one JSON object: records, how often each oddity occurs, and the rows that each dataset must have,\n" +
    "the detail datasets included. Elements are as frequent as in the dumps of 2026.\n" +
    "The same options give the same records. --growth adds records and leaves the others as they are, so that a\n" +
    "later month can be made with the counts of an earlier one. --changed makes a share of those others differ, and\n" +
    "prints how many records a comparison with the month without must find. A month that is there with the same options is\n" +
    "left alone; with other options it is replaced only with --clean; other files are never touched.\n" +
    "Every oddity needs its room, so there is a least number of each; --releases is at least twice --masters.",
  options: {
    out: { type: "path", required: true, value: "DIR", summary: "raw root to write the month into" },
    month: { type: "string", required: true, value: "YYYY-MM", summary: "month of the dump" },
    artists: { type: "integer", default: 2000, min: MINIMUM.artists, summary: atLeast("artists") },
    labels: { type: "integer", default: 500, min: MINIMUM.labels, summary: atLeast("labels") },
    masters: { type: "integer", default: 550, min: MINIMUM.masters, summary: atLeast("masters") },
    releases: { type: "integer", default: 4000, min: MINIMUM.releases, summary: atLeast("releases") },
    seed: { type: "integer", default: 1, summary: "another seed gives other records" },
    growth: { type: "integer", default: 0, value: "PERCENT", summary: "records added after those" },
    changed: {
      type: "integer",
      default: 0,
      value: "PERCENT",
      summary: "records that are edited, removed or merged into others",
    },
    vintage: { type: "string", choices: vintages, default: "2026-01", summary: "shape of the records" },
    threads: {
      type: "integer",
      min: 1,
      summary: "threads; the bytes are the same (default: one for each core)",
    },
    clean: { type: "flag", summary: "replace a sample of other options" },
  },
  examples: [
    "npx tsx scripts/make_sample_dump.ts --out demo/raw --month 2026-07",
    "npx tsx scripts/make_sample_dump.ts --out demo/raw --month 2026-08 --growth 3 --changed 1",
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
