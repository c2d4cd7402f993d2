import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { bytesText, countText } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { checksumName, dumpEntities, dumpName } from "../dump/raw_month.ts";
import {
  makeDirectory,
  namesIn,
  publishDirectory,
  readJsonIfThere,
  removeAbandoned,
  removeTree,
  writeFileAtomic,
  writeJsonFile,
} from "../files/files.ts";
import { foreignEntry } from "../files/foreign_entry.ts";
import { halfMade } from "../files/half_made.ts";
import { temporaryName } from "../files/paths.ts";
import { BlockThreads } from "./block_threads.ts";
import { type DumpBlock, type WrittenDump, writeDumpOf } from "./dump_file.ts";
import { blockOrders, type RecordBlock } from "./record_blocks.ts";
import {
  addTally,
  createTally,
  type ExpectedRows,
  type Oddity,
  type SampleChanges,
  type Tally,
} from "./tally.ts";
import { type Vintage, vintages } from "./vintages.ts";
import { createWorld, type SampleCounts, type World } from "./world.ts";

/** Options of a sample dump. */
export interface SampleOptions extends SampleCounts {
  /** Raw root in which the month's directory is created. */
  out: string;
  /** `YYYY-MM` */
  month: string;
  seed: number;
  /** Records to append, in percent of the counts; existing records stay the same (default: 0). */
  growthPercent?: number;
  /** Share of the other records that differ from those of the month without this (default: 0). */
  changedPercent?: number;
  vintage?: Vintage;
  /** Replace a sample with different options in the month's directory. */
  clean?: boolean;
  /** Threads that make and compress records; the bytes do not depend on it (default: one per core). */
  threads?: number | undefined;
  log?: Logger;
}

/** Contents of a sample: the figures that an ingest of it must reproduce. */
export interface SampleSummary {
  directory: string;
  /** `YYYY-MM-01` */
  dump_date: string;
  records: SampleCounts;
  oddities: Record<Oddity, number>;
  /** Rows, and rows dropped, skipped or counted by reason, by directory of each canonical dataset. */
  datasets: Record<string, ExpectedRows>;
  /** Rows by directory of each detail dataset: the number of elements that require one. */
  details: Record<string, number>;
  /** With a share of changed records: what a comparison with the month without them and without growth must find. */
  changes?: SampleChanges | undefined;
  files: WrittenDump[];
}

/**
 * Increased whenever the records for the same options change, so that old samples are not mistaken for
 * current ones.
 */
export const GENERATION = 2;
const SUMMARY_FILE = "sample.json";
/** Arbitrary order, like that of the dumps' own list. */
const CHECKSUM_ORDER = [2, 0, 3, 1];

const optionsSchema = z.object({
  generation: z.int(),
  month: z.string(),
  seed: z.int(),
  growth_percent: z.int(),
  // Samples of before there were changes have none.
  changed_percent: z.int().default(0),
  vintage: z.enum(vintages),
  artists: z.int(),
  labels: z.int(),
  masters: z.int(),
  releases: z.int(),
});
type ContentOptions = z.infer<typeof optionsSchema>;

const counts = z.record(z.string(), z.int());
const summaryFileSchema = z.object({
  options: optionsSchema,
  summary: z.object({
    dump_date: z.string(),
    records: z.object({ artists: z.int(), labels: z.int(), masters: z.int(), releases: z.int() }),
    oddities: counts,
    datasets: z.record(z.string(), z.object({ rows: z.int(), counts })),
    details: counts,
    changes: z.record(z.string(), counts).optional(),
    files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string(), xml_bytes: z.int() })),
  }),
});

/**
 * Writes a month of sample dumps, `<out>/<month>/discogs_<YYYYMM>01_<entity>.xml.gz`, with their checksum
 * file and `sample.json` (the options and this function's result). The directory is created atomically.
 *
 * If it already exists with the same options, nothing is written. Throws ExpectedError if it holds another
 * sample and `clean` is not set, and always if it holds anything else, such as real dumps or files beside a sample.
 */
export async function writeSampleDump(options: SampleOptions): Promise<SampleSummary> {
  const content = contentOptions(options);
  const world = createWorld(
    content,
    content.seed,
    content.growth_percent,
    content.vintage,
    content.changed_percent,
  );
  const directory = join(options.out, options.month);
  await removeAbandoned(directory);
  const existing = await existingOptions(directory);
  const same = existing !== undefined && sameOptions(existing, content);
  const kept = same ? await sampleSummary(directory) : undefined;
  if (kept !== undefined) {
    options.log?.info(`${directory} already exists with the same options`);
    return kept;
  }
  if (existing !== undefined && options.clean !== true) {
    throw new ExpectedError(`${directory} holds a sample with other options; use --clean to replace it`);
  }
  await refuseForeign(directory, content.month);
  const temporary = join(options.out, temporaryName(options.month));
  const isDone = halfMade(temporary);
  try {
    const { threads = availableParallelism(), log = silentLogger } = options;
    const summary = await writeMonth(temporary, world, content, { threads, log });
    await refuseForeign(directory, content.month);
    await publishDirectory(temporary, directory, { replace: existing !== undefined });
    return { directory, ...summary };
  } finally {
    await removeTree(temporary);
    isDone();
  }
}

function contentOptions(options: SampleOptions): ContentOptions {
  const { month, seed, artists, labels, masters, releases, vintage = "2026-01" } = options;
  const { growthPercent = 0, changedPercent = 0 } = options;
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new ExpectedError(`--month is "${month}", but must be YYYY-MM`);
  }
  if (changedPercent > 100) throw new ExpectedError(`--changed is ${changedPercent}, but at most 100 can be`);
  const sizes = { artists, labels, masters, releases };
  const shares = { growth_percent: growthPercent, changed_percent: changedPercent };
  return { generation: GENERATION, month, seed, ...shares, vintage, ...sizes };
}

const sameOptions = (one: ContentOptions, other: ContentOptions): boolean =>
  Object.keys(optionsSchema.shape).every(
    (key) => one[key as keyof ContentOptions] === other[key as keyof ContentOptions],
  );

type StoredSummary = Omit<SampleSummary, "directory">;

/** Reads the summary of the sample in a month's directory; undefined if there is none, as with real dumps. */
export async function sampleSummary(directory: string): Promise<SampleSummary | undefined> {
  const stored = await readJsonIfThere(join(directory, SUMMARY_FILE), summaryFileSchema);
  return stored === undefined ? undefined : { directory, ...(stored.summary as StoredSummary) };
}

/**
 * Options of the sample in a month's directory, whichever version made it; undefined if the directory is
 * empty.
 */
async function existingOptions(directory: string): Promise<ContentOptions | undefined> {
  const names = await namesIn(directory);
  if (names.length === 0) return undefined;
  const stored = await readJsonIfThere(join(directory, SUMMARY_FILE), z.object({ options: optionsSchema }));
  if (stored === undefined) {
    throw new ExpectedError(
      `${directory} contains files other than a sample; choose another --out or --month`,
    );
  }
  return stored.options;
}

/** Refuses to replace a directory that holds anything but a sample of this month. */
async function refuseForeign(directory: string, month: string): Promise<void> {
  const date = dateOf(month);
  const dumps = dumpEntities.map((entity) => dumpName(date, entity));
  const files = [SUMMARY_FILE, checksumName(date), ...dumps];
  const foreign = await foreignEntry(directory, (name) => files.includes(name));
  if (foreign === undefined) return;
  throw new ExpectedError(
    `${directory} contains ${foreign}, which is not a file of a sample, so the directory is not replaced: move the file elsewhere, or choose another --out or --month`,
  );
}

/** The date in the names of a month's files. */
const dateOf = (month: string) => `${month.replace("-", "")}01`;

async function writeMonth(
  directory: string,
  world: World,
  content: ContentOptions,
  { threads: count, log }: { threads: number; log: Logger },
): Promise<StoredSummary> {
  await makeDirectory(directory);
  const date = dateOf(content.month);
  const tally = createTally();
  const files: WrittenDump[] = [];
  const threads = new BlockThreads(count);
  try {
    for (const entity of dumpEntities) {
      const name = dumpName(date, entity);
      const total = world.counts[entity];
      const blocks = counted(threads.make(blockOrders(world, entity)), { name, total }, tally, log);
      files.push(await writeDumpOf(join(directory, name), name, entity, blocks));
      log.info(
        `${name}: ${countText(recordsOf(world, tally)[entity])} records, ${bytesText(files.at(-1)?.bytes ?? 0)}`,
      );
    }
  } finally {
    await threads.close();
  }
  const summary = summarize(world, content, tally, files);
  await writeJsonFile(join(directory, SUMMARY_FILE), { options: content, summary });
  await writeFileAtomic(join(directory, checksumName(date)), checksums(files));
  return summary;
}

async function* counted(
  blocks: AsyncIterable<RecordBlock>,
  { name, total }: { name: string; total: number },
  tally: Tally,
  log: Logger,
): AsyncGenerator<DumpBlock> {
  const meter = new ProgressMeter(name, "records");
  let count = 0;
  for await (const block of blocks) {
    yield block;
    addTally(tally, block.tally);
    count += block.records;
    log.progress(meter.text({ done: count, total }));
  }
}

function summarize(world: World, content: ContentOptions, tally: Tally, files: WrittenDump[]): StoredSummary {
  const { changes, ...counted } = tally;
  return {
    dump_date: `${content.month}-01`,
    records: recordsOf(world, tally),
    ...counted,
    ...(content.changed_percent === 0 ? {} : { changes }),
    files,
  };
}

/** The records that are in the month: those of its world that are not gone. */
function recordsOf({ counts }: World, { changes }: Tally): SampleCounts {
  const there = (kind: keyof SampleCounts) => counts[kind] - changes[kind].removed - changes[kind].merged;
  return {
    artists: there("artists"),
    labels: there("labels"),
    masters: there("masters"),
    releases: there("releases"),
  };
}

/** `<sha256><one space><file name>`, as in the real checksum files. */
function checksums(files: readonly WrittenDump[]): string {
  const ordered = CHECKSUM_ORDER.map((n) => files[n] as WrittenDump);
  return ordered.map(({ sha256, name }) => `${sha256} ${name}\n`).join("");
}
