import { availableParallelism } from "node:os";
import type { BenchCase, Measurement } from "../lib/bench/case.ts";
import { type BenchDumps, benchDumps, measure, median } from "../lib/bench/extract_bench.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import type { Entity } from "../lib/datasets/declaration.ts";

const ENTITIES: readonly Entity[] = ["artist", "label", "master", "release"];
/** Rounds of the memory comparison, of which the median counts. */
const ROUNDS = 3;

export const main = defineCommand({
  name: "scripts/bench.ts",
  summary:
    "Measures the extractors on a sample month: rows/s, MB of XML per second, peak memory, beside gunzip alone.",
  description: [
    "Every measurement is a process of its own; the sample is kept in the cache for the next time.",
    "--memory compares the peak memory of a releases dump with that of one ten times as large, medians of three.",
  ].join("\n"),
  options: {
    releases: { type: "integer", min: 1000, default: 60_000, summary: "releases of the sample" },
    memory: { type: "flag", summary: "compare memory at one and ten times the size instead" },
  },
  async run({ options, log, print }) {
    const dumps = await benchDumps(options.releases, log);
    if (options.memory)
      await compareMemory(dumps, await benchDumps(options.releases * 10, log), options.releases, print);
    else await compareSpeed(dumps, print);
    return EXIT.ok;
  },
});

async function compareSpeed(dumps: BenchDumps, print: (line: string) => void): Promise<void> {
  const cores = availableParallelism();
  const ways: [string, Omit<BenchCase, "dump">][] = [
    ["saxes alone", { strict: true }],
    ["1 thread", { threads: 1 }],
    [`${cores} threads`, { threads: cores }],
  ];
  print("dump      what          XML MB  seconds  CPU s   MB/s    rows/s  peak RSS MB  times gunzip");
  for (const entity of ENTITIES) {
    const dump = dumps.get(entity) ?? "";
    const gunzip = await measure({ dump });
    print(speedLine(`${entity}s`, "gunzip", gunzip, gunzip));
    for (const [name, way] of ways) {
      print(speedLine(`${entity}s`, name, await measure({ ...way, dump, entity }), gunzip));
    }
  }
}

function speedLine(dump: string, what: string, result: Measurement, gunzip: Measurement): string {
  const { seconds, cpuSeconds, bytes, rows, peakRssBytes } = result;
  return [
    dump.padEnd(9),
    what.padEnd(12),
    (bytes / 1e6).toFixed(1).padStart(7),
    seconds.toFixed(2).padStart(8),
    cpuSeconds.toFixed(2).padStart(6),
    (bytes / 1e6 / seconds).toFixed(0).padStart(6),
    rows === 0 ? "-".padStart(9) : (rows / seconds).toFixed(0).padStart(9),
    (peakRssBytes / 1e6).toFixed(0).padStart(12),
    (seconds / gunzip.seconds).toFixed(1).padStart(13),
  ].join(" ");
}

/** Six full parts at one times the size, sixty at ten times. */
async function compareMemory(
  small: BenchDumps,
  large: BenchDumps,
  releases: number,
  print: (line: string) => void,
): Promise<void> {
  const batch = Math.floor(releases / 6);
  const peaks: Record<"small" | "large", number[]> = { small: [], large: [] };
  for (let round = 0; round < ROUNDS; round++) {
    peaks.small.push(await peakOf(small, batch));
    peaks.large.push(await peakOf(large, batch));
  }
  const [one, ten] = [median(peaks.small), median(peaks.large)];
  print(`peak RSS, ${releases} releases in parts of ${batch}: ${one.toFixed(0)} MB`);
  print(`peak RSS, ten times as many:               ${ten.toFixed(0)} MB`);
  print(`ratio: ${(ten / one).toFixed(3)}`);
}

async function peakOf(dumps: BenchDumps, batch: number): Promise<number> {
  const dump = dumps.get("release") ?? "";
  return (await measure({ entity: "release", dump, batch })).peakRssBytes / 1e6;
}

await runAsEntrypoint(import.meta.url, main);
