import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { measureSwaps, QUERY_KINDS, type SwapMeasurement } from "../lib/bench/swap_bench.ts";
import { inTemporaryDirectory } from "../lib/bench/temporary.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { alignedTable } from "../lib/cli/table.ts";
import { trinoDown, trinoUp } from "../lib/trino_server/server.ts";

/** Counts queries on Trino that see rows of two runs while the active run is switched. */
export const main = defineCommand({
  name: "scripts/bench_swaps.ts",
  summary: "Counts queries on Trino that see rows of two runs while the active run is switched repeatedly.",
  description: [
    "Promotes two runs in turn in a temporary lake, while concurrent streams of queries read without pause. Every row",
    "names its run; a result with rows of both is mixed. Trino needs JDK 24 or newer.",
  ].join("\n"),
  options: {
    swaps: { type: "integer", min: 1, default: 50, summary: "number of switches of the active run" },
    streams: { type: "integer", min: 1, default: 8, summary: "number of concurrent queries" },
    memory: { type: "integer", min: 512, default: 1024, value: "MB", summary: "heap of the server" },
  },
  async run({ options: { swaps, streams, memory }, env, log, print }) {
    return inTemporaryDirectory(async (lake) => {
      await mkdir(join(lake, "_runs"));
      const { url } = await trinoUp({ lake, env, log, memoryMb: memory });
      try {
        for (const line of resultLines(await measureSwaps({ lake, url, swaps, streams, log }))) print(line);
      } finally {
        await trinoDown(lake, log);
      }
      return EXIT.ok;
    });
  },
});

function resultLines({ counts, windows, failures }: SwapMeasurement): string[] {
  const rows = QUERY_KINDS.map((kind) => {
    const { queries, mixed, mixedOutside, failed } = counts[kind];
    return [kind, ...[queries, mixed, mixedOutside, failed].map(String)];
  });
  const sorted = windows.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return [
    ...alignedTable([["query of", "queries", "mixed", "mixed outside", "failed"], ...rows], [1, 2, 3, 4]),
    `views re-pointed in ${sorted[0]} to ${sorted.at(-1)} ms, median ${median} ms`,
    ...failures,
  ];
}

await runAsEntrypoint(import.meta.url, main);
