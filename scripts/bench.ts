import { availableParallelism } from "node:os";
import type { BenchCase, Measurement } from "../lib/bench/case.ts";
import { benchDump, measure, median } from "../lib/bench/extract_bench.ts";
import { measurePostgres } from "../lib/bench/postgres_bench.ts";
import { fileSizes } from "../lib/bench/file_sizes.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import { entities } from "../lib/datasets/declaration.ts";
import { releasesV6 } from "../lib/datasets/releases_v6.ts";
import { stages } from "../lib/extract/stage_times.ts";

/** Measures the extractors against plain gunzip and saxes, on a sample that it makes. */
export const main = defineCommand({
  name: "scripts/bench.ts",
  summary:
    "Measures the extractors on a sample month, side by side: gunzip alone, saxes alone, one thread and more.",
  description: [
    "Each measurement runs in its own process. Sample dumps are cached for the next run. Speeds are MB of XML per",
    "second. `of gunzip` is the time relative to gunzip alone; `saxes` and `1 thread` are the speeds relative to",
    "those. The last columns show what the threads were busy with. A stored dump below 4 MiB is always read on the",
    "main thread. `all` includes the detail datasets; otherwise only the historical ones are made.",
    "--memory compares the peak memory for a releases dump with that for one ten times as large, with the default number",
    "of threads. --files compares the size of all datasets with DuckDB's COPY (ZSTD) of the same rows. --postgres loads",
    "all datasets of a dump into a temporary PostgreSQL, with keys, indexes and foreign keys. Of the other options, these",
    "three use only --releases, and --memory also --rounds.",
  ].join("\n"),
  options: {
    releases: { type: "integer", min: 1000, default: 60_000, summary: "releases of the sample month" },
    dump: {
      type: "string",
      choices: ["all", ...entities.map((entity) => `${entity}s`)],
      default: "all",
      summary: "the dump to measure",
    },
    threads: {
      type: "string",
      default: defaultThreads(),
      summary: "numbers of threads, separated by commas",
    },
    rounds: { type: "integer", min: 1, default: 1, summary: "number of measurements; prints their medians" },
    datasets: {
      type: "string",
      choices: ["historical", "all", "both"],
      default: "both",
      summary: "datasets to make, or both sets in turn",
    },
    memory: { type: "flag", summary: "compare the memory for one and ten times the size" },
    files: { type: "flag", summary: "compare file sizes" },
    postgres: { type: "flag", summary: "measure loading into PostgreSQL" },
  },
  async run({ options, log, print }) {
    const threads = threadCounts(options.threads);
    if (options.memory) await compareMemory(options, log, print);
    else if (options.postgres) await loadIntoPostgres(options.releases, log, print);
    else if (options.files) await compareFiles(options.releases, log, print);
    else await compareSpeed({ ...options, threads }, log, print);
    return EXIT.ok;
  },
});

/** One thread, and one per core. */
function defaultThreads(): string {
  return [...new Set([1, availableParallelism()])].join(",");
}

interface SpeedOptions {
  releases: number;
  dump: string;
  threads: readonly number[];
  rounds: number;
  datasets: string;
}

async function compareSpeed(
  { releases, dump: wanted, threads, rounds, datasets }: SpeedOptions,
  log: Logger,
  print: (line: string) => void,
): Promise<void> {
  const ways: [string, Omit<BenchCase, "dump">][] = [
    ["saxes alone", { onlySaxes: true }],
    ...[false, true]
      .filter((all) => datasets === "both" || all === (datasets === "all"))
      .flatMap((all) => threads.map((count) => wayOf(count, all))),
  ];
  print(HEADER);
  for (const entity of entities.filter((each) => wanted === "all" || wanted === `${each}s`)) {
    const dump = await benchDump(entity, releases, log);
    const cases = new Map<string, BenchCase>([["gunzip", { dump }]]);
    for (const [name, way] of ways) cases.set(name, { ...way, dump, entity });
    for (const [name, result, all] of await inRounds(cases, rounds))
      print(speedLine(`${entity}s`, name, result, all));
  }
}

function wayOf(threads: number, all: boolean): [string, Omit<BenchCase, "dump">] {
  const name = threads === 1 ? "1 thread" : `${threads} threads`;
  return [all ? `${name}, all` : name, { threads, all }];
}

function threadCounts(text: string): number[] {
  const counts = text.split(",");
  if (counts.every((count) => /^[1-9]\d*$/.test(count))) return counts.map(Number);
  throw new ExpectedError(`--threads must be numbers of threads like 1,2,4, not "${text}"`);
}

/** Each case with its median; a round measures all cases in turn. */
async function inRounds(
  cases: ReadonlyMap<string, BenchCase>,
  rounds: number,
): Promise<[string, Measurement, ReadonlyMap<string, Measurement>][]> {
  const results = new Map<string, Measurement[]>([...cases.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, each] of cases) results.get(name)?.push(await measure(each));
  const medians = new Map([...results].map(([name, all]) => [name, medianOf(all)]));
  return [...medians].map(([name, result]) => [name, result, medians]);
}

/** The measurement with the median time. */
function medianOf(all: readonly Measurement[]): Measurement {
  const middle = median(all.map(({ seconds }) => seconds));
  return all.find(({ seconds }) => seconds === middle) as Measurement;
}

const HEADER = [
  "dump     ",
  "what          ",
  " XML MB",
  " seconds",
  "  CPU s",
  "  MB/s",
  "   rows/s",
  "peak RSS MB",
  "of gunzip",
  " saxes",
  "1 thread",
  ...stages,
].join(" ");

function speedLine(
  dump: string,
  what: string,
  result: Measurement,
  all: ReadonlyMap<string, Measurement>,
): string {
  const { seconds, cpuSeconds, bytes, rows, peakRssBytes, busy } = result;
  const timesAsFastAs = (name: string) => {
    const other = all.get(name);
    return other === undefined || busy === undefined ? "-" : (other.seconds / seconds).toFixed(2);
  };
  const busySeconds = busy === undefined ? 0 : stages.reduce((sum, stage) => sum + (busy[stage] ?? 0), 0);
  return [
    dump.padEnd(9),
    what.padEnd(14),
    (bytes / 1e6).toFixed(1).padStart(7),
    seconds.toFixed(2).padStart(8),
    cpuSeconds.toFixed(2).padStart(7),
    (bytes / 1e6 / seconds).toFixed(0).padStart(6),
    (rows === 0 ? "-" : (rows / seconds).toFixed(0)).padStart(9),
    (peakRssBytes / 1e6).toFixed(0).padStart(11),
    (seconds / (all.get("gunzip")?.seconds ?? Number.NaN)).toFixed(1).padStart(9),
    timesAsFastAs("saxes alone").padStart(6),
    timesAsFastAs("1 thread").padStart(8),
    ...stages.map((stage) =>
      (busy === undefined ? "-" : `${((100 * (busy[stage] ?? 0)) / busySeconds).toFixed(0)} %`).padStart(
        stage.length,
      ),
    ),
  ].join(" ");
}

/** Releases with which the smaller dump has six parts as large as declared; with fewer, six smaller ones. */
const SIX_PARTS = 6 * releasesV6.partRows;

async function compareMemory(
  { releases, rounds }: Pick<SpeedOptions, "releases" | "rounds">,
  log: Logger,
  print: (line: string) => void,
): Promise<void> {
  const batch = releases < SIX_PARTS ? Math.floor(releases / 6) : undefined;
  const small = await benchDump("release", releases, log);
  const large = await benchDump("release", releases * 10, log);
  for (const all of [false, true]) {
    const peaks: Record<"small" | "large", number[]> = { small: [], large: [] };
    for (let round = 0; round < rounds; round++) {
      peaks.small.push(await peakOf(small, batch, all));
      peaks.large.push(await peakOf(large, batch, all));
    }
    const [one, ten] = [median(peaks.small), median(peaks.large)];
    print(`${all ? "all datasets" : "historical datasets"}:`);
    const parts = batch === undefined ? "" : ` in parts of ${batch} rows`;
    print(`peak RSS, ${releases} releases${parts}: ${one.toFixed(0)} MB`);
    print(`peak RSS, ten times as many: ${ten.toFixed(0)} MB`);
    print(`ratio: ${(ten / one).toFixed(3)}`);
  }
}

async function peakOf(dump: string, batch: number | undefined, all: boolean): Promise<number> {
  return (await measure({ entity: "release", dump, batch, all })).peakRssBytes / 1e6;
}

async function loadIntoPostgres(releases: number, log: Logger, print: (line: string) => void): Promise<void> {
  const { tables, seconds, cpuSeconds, peakRssBytes } = await measurePostgres(releases, log);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const copying = tables.reduce((sum, table) => sum + table.seconds, 0);
  const line = (name: string, count: number, took: number) =>
    [
      name.padEnd(28),
      String(count).padStart(10),
      took.toFixed(2).padStart(8),
      (took === 0 ? "-" : (count / took).toFixed(0)).padStart(9),
    ].join(" ");
  print([`table`.padEnd(28), "rows".padStart(10), " seconds", "   rows/s"].join(" "));
  for (const table of tables) print(line(table.table, table.rows, table.seconds));
  print(line("all, copied", rows, copying));
  print(line("all, with keys and indexes", rows, seconds));
  print(
    `CPU seconds of the loader: ${cpuSeconds.toFixed(1)}; its peak RSS: ${(peakRssBytes / 1e6).toFixed(0)} MB`,
  );
}

async function compareFiles(releases: number, log: Logger, print: (line: string) => void): Promise<void> {
  print(
    ["dataset".padEnd(28), "rows".padStart(10), "MB".padStart(8), "COPY MB".padStart(8), " of COPY"].join(
      " ",
    ),
  );
  for (const entity of entities) {
    const dump = await benchDump(entity, releases, log);
    for (const { directory, rows, bytes, copyBytes } of await fileSizes(entity, dump)) {
      const sizes = [bytes, copyBytes].map((size) => (size / 1e6).toFixed(2).padStart(8));
      const ratio = (bytes / copyBytes).toFixed(3).padStart(8);
      print([directory.padEnd(28), String(rows).padStart(10), ...sizes, ratio].join(" "));
    }
  }
}

await runAsEntrypoint(import.meta.url, main);
