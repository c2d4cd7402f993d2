import { availableParallelism } from "node:os";
import type { BenchCase, Measurement } from "../lib/bench/case.ts";
import { benchDump, measure, median } from "../lib/bench/extract_bench.ts";
import { measurePostgres } from "../lib/bench/postgres_bench.ts";
import { fileSizes } from "../lib/bench/file_sizes.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import type { Logger } from "../lib/cli/log.ts";
import type { Entity } from "../lib/datasets/declaration.ts";
import { stages } from "../lib/extract/stage_times.ts";

const ENTITIES: readonly Entity[] = ["artist", "label", "master", "release"];
/** Rounds of the memory comparison, of which the median counts. */
const ROUNDS = 3;

export const main = defineCommand({
  name: "scripts/bench.ts",
  summary:
    "Measures the extractors on a sample month, side by side: gunzip alone, saxes alone, one thread and more.",
  description: [
    "Every measurement is a process of its own; the dumps are kept in the cache for the next time.",
    "Speeds are MB of XML per second. `of gunzip` is how many times as long as gunzip alone it took; `saxes` and",
    "`1 thread` are how many times as fast as these it was. The last columns are what threads were busy with.",
    "A dump below 4 MiB, as it is stored, is read on the main thread whatever the number of threads.",
    "`all` is with the detail datasets, without it only the historical ones are made.",
    "--memory compares the peak memory of a releases dump with that of one ten times as large, medians of three, with",
    "the default threads; --files compares the files of all datasets with those of DuckDB's COPY with ZSTD of the same",
    "rows; --postgres loads all datasets of a dump into a PostgreSQL of its own, with keys, indexes and foreign keys. Of",
    "the other options they look at --releases alone.",
  ].join("\n"),
  options: {
    releases: { type: "integer", min: 1000, default: 60_000, summary: "releases of the sample month" },
    dump: {
      type: "string",
      choices: ["all", ...ENTITIES.map((entity) => `${entity}s`)],
      default: "all",
      summary: "the dump to measure",
    },
    threads: { type: "string", default: defaultThreads(), summary: "the numbers of threads, with commas" },
    rounds: { type: "integer", min: 1, default: 1, summary: "measure so often and print the medians" },
    datasets: {
      type: "string",
      choices: ["historical", "all", "both"],
      default: "both",
      summary: "which datasets are made, or both in turn",
    },
    memory: { type: "flag", summary: "compare memory at one and ten times the size instead" },
    files: { type: "flag", summary: "compare the sizes of files instead" },
    postgres: { type: "flag", summary: "load the datasets into PostgreSQL instead" },
  },
  async run({ options, log, print }) {
    const threads = threadCounts(options.threads);
    if (options.memory) await compareMemory(options.releases, log, print);
    else if (options.postgres) await loadIntoPostgres(options.releases, log, print);
    else if (options.files) await compareFiles(options.releases, log, print);
    else await compareSpeed({ ...options, threads }, log, print);
    return EXIT.ok;
  },
});

/** One, and one for each core. */
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
  for (const entity of ENTITIES.filter((each) => wanted === "all" || wanted === `${each}s`)) {
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
  throw new ExpectedError(`--threads: numbers of threads are wanted, like 1,2,4, not ${text}`);
}

/** Each case with its median and the medians of all; a round measures all of them one after another. */
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

/** The measurement in the middle by its seconds. */
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

/** Six full parts at one times the size, sixty at ten times. */
async function compareMemory(releases: number, log: Logger, print: (line: string) => void): Promise<void> {
  const batch = Math.floor(releases / 6);
  const small = await benchDump("release", releases, log);
  const large = await benchDump("release", releases * 10, log);
  for (const all of [false, true]) {
    const peaks: Record<"small" | "large", number[]> = { small: [], large: [] };
    for (let round = 0; round < ROUNDS; round++) {
      peaks.small.push(await peakOf(small, batch, all));
      peaks.large.push(await peakOf(large, batch, all));
    }
    const [one, ten] = [median(peaks.small), median(peaks.large)];
    print(`${all ? "all datasets" : "historical datasets"}:`);
    print(`peak RSS, ${releases} releases in parts of ${batch}: ${one.toFixed(0)} MB`);
    print(`peak RSS, ten times as many:               ${ten.toFixed(0)} MB`);
    print(`ratio: ${(ten / one).toFixed(3)}`);
  }
}

async function peakOf(dump: string, batch: number, all: boolean): Promise<number> {
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
  for (const entity of ENTITIES) {
    const dump = await benchDump(entity, releases, log);
    for (const { directory, rows, bytes, copyBytes } of await fileSizes(entity, dump)) {
      const sizes = [bytes, copyBytes].map((size) => (size / 1e6).toFixed(2).padStart(8));
      const ratio = (bytes / copyBytes).toFixed(3).padStart(8);
      print([directory.padEnd(28), String(rows).padStart(10), ...sizes, ratio].join(" "));
    }
  }
}

await runAsEntrypoint(import.meta.url, main);
