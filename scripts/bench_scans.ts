import { engineOption } from "../lib/bench/engines.ts";
import { benchDump } from "../lib/bench/extract_bench.ts";
import {
  makeVariants,
  type ScanMeasurement,
  type ScanVariant,
  scanEmbedded,
  scanTrino,
} from "../lib/bench/scan_bench.ts";
import { inTemporaryDirectory } from "../lib/bench/temporary.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { alignedTable } from "../lib/cli/table.ts";

/** Measures queries on releases with row groups of several sizes, on both engines. */
export const main = defineCommand({
  name: "scripts/bench_scans.ts",
  summary: "Measures how fast both engines read releases from files with row groups of several sizes.",
  description: [
    "The sample dump is cached; the files are made in a temporary lake. Prints medians of five rounds, in",
    "milliseconds. Trino needs JDK 24 or newer.",
  ].join("\n"),
  options: {
    releases: { type: "integer", min: 1000, default: 300_000, summary: "releases of the sample" },
    rows: {
      type: "string",
      default: "10240,20480,51200",
      summary: "rows per row group, separated by commas",
    },
    ...engineOption,
  },
  async run({ options, log, print }) {
    const sizes = groupSizes(options.rows);
    const dump = await benchDump("release", options.releases, log);
    return inTemporaryDirectory(async (lake) => {
      const variants = await makeVariants(lake, dump, sizes);
      const measured: ScanMeasurement[] = [];
      if (options.engine !== "trino") measured.push(...(await scanEmbedded(lake, variants)));
      if (options.engine !== "duckdb") measured.push(...(await scanTrino(lake, variants)));
      for (const line of table(variants, measured)) print(line);
      return EXIT.ok;
    });
  },
});

function groupSizes(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 2048)) return sizes;
  throw new ExpectedError(`--rows must be integers of at least 2048, separated by commas, not "${text}"`);
}

function table(variants: readonly ScanVariant[], measured: readonly ScanMeasurement[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { engine, query, seconds } of measured) {
    const line = lines.get(`${engine}: ${query}`) ?? [];
    lines.set(`${engine}: ${query}`, [...line, (seconds * 1000).toFixed(0)]);
  }
  const rows = [
    ["rows per group", ...variants.map(({ groupRows }) => String(groupRows))],
    ["megabytes", ...variants.map(({ bytes }) => (bytes / 1e6).toFixed(1))],
    ...[...lines].map(([query, line]) => [query, ...line]),
  ];
  return alignedTable(
    rows,
    variants.map((_, index) => index + 1),
  );
}

await runAsEntrypoint(import.meta.url, main);
