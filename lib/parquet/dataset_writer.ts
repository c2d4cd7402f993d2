import type { Dirent } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import type { Column } from "../datasets/types.ts";
import { hashFile, makeDirectory, namesIn, publishDirectory, removeTree } from "../files/files.ts";
import { assertRemovable, assertWritable } from "../files/guard.ts";
import { halfMade } from "../files/half_made.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { processStart } from "../files/process_identity.ts";
import type { DatasetFile, WrittenValues } from "../lake/done.ts";
import type { ColumnData } from "./column_buffers.ts";
import { noteSource } from "./file_metadata.ts";
import { type Filled, FilledCounts } from "./filled.ts";
import { patternOf } from "./read_parquet.ts";
import { rowsInFooter } from "./verify_part.ts";
import { ValueAccount } from "./written_values.ts";

/** File in a dataset's directory that says that the extractor stopped early; such a dataset cannot be sealed. */
export const PARTIAL_MARKER = "_partial";
/** Parts that may be on their way to a file at once, so that little of the disk is taken by their rows as they are. */
const MAX_PENDING = 3;

/** The file of a part. */
export type WrittenPart = Pick<DatasetFile, "name" | "rows">;

/** Takes the rows of the parts of one dataset, one part after the other, and makes a file of each. */
export interface PartSink {
  /** Begins the part that is going to be at `path`, a new file. */
  begin(path: string): void;
  /** Takes the columns whose rows are appended from now on, maybe to more than one part. They are the sink's then. */
  take(columns: readonly ColumnData[]): void;
  /** Appends rows `[from, to)` of the columns that were taken to the part that was begun. */
  append(from: number, to: number): void;
  /** Ends the part, and writes it. The next one may be begun before the promise is fulfilled. */
  end(): Promise<WrittenPart>;
}

/** What a dataset's writer takes. */
export interface WriterOptions {
  /** The dataset's directory. */
  out: string;
  columns: readonly Column[];
  parts: PartSink;
  /** Rows of each part but the last. */
  batch: number;
  /** Stop after so many parts. */
  maxParts?: number | undefined;
  /** Replace what is in `out`, after success. */
  clean: boolean;
}

/**
 * Writes one dataset as `part-00000.parquet`, `part-00001.parquet`, ... into `_tmp.<name>.<pid>/` beside `out`, and
 * alone decides the order of rows and the borders of parts. Nothing is seen at `out` before `publish`.
 */
export class DatasetWriter {
  readonly #options: WriterOptions;
  readonly #temporary: string;
  readonly #filled: FilledCounts;
  #isDone = () => {};
  #rowsInPart = 0;
  #parts = 0;
  #pending: Promise<WrittenPart>[] = [];
  readonly #account: ValueAccount;
  readonly #written: WrittenPart[] = [];
  /** The files of a finished dataset. */
  readonly files: DatasetFile[] = [];

  private constructor(options: WriterOptions) {
    this.#options = options;
    this.#filled = new FilledCounts(options.columns);
    this.#account = new ValueAccount(options.columns);
    this.#temporary = join(dirname(options.out), temporaryName(basename(options.out)));
  }

  /**
   * Makes the temporary directory.
   * @throws ExpectedError when `out` has something in it and `clean` is not set, holds what is no dataset, or is in a
   * sealed run
   */
  static async open(options: WriterOptions): Promise<DatasetWriter> {
    const writer = new DatasetWriter(options);
    assertRemovable(options.out);
    assertWritable(join(options.out, "part-00000.parquet"));
    // Refused before a dump is read, not when the first part is made.
    patternOf(options.out);
    await checkPlace(options);
    await removeAbandoned(options.out);
    writer.#isDone = halfMade(writer.#temporary);
    await makeDirectory(writer.#temporary);
    return writer;
  }

  /** Whether `maxParts` parts are there: further rows are not taken. */
  get isFull(): boolean {
    return this.#parts === this.#options.maxParts;
  }

  get rows(): number {
    return this.#written.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** How many rows of each column are not NULL. */
  get filled(): Filled {
    return this.#filled.filled;
  }

  /** Rows that are still taken. */
  get #room(): number {
    const { batch, maxParts = Number.POSITIVE_INFINITY } = this.#options;
    return (maxParts - this.#parts) * batch - this.#rowsInPart;
  }

  /** Where the part at hand is going to be. */
  get #partPath(): string {
    return join(this.#temporary, `part-${String(this.#parts).padStart(5, "0")}.parquet`);
  }

  /** Appends rows in order; each part is written as soon as it is full. */
  async append(columns: readonly ColumnData[], rows: number): Promise<void> {
    // Before the sink takes them: their memory is handed over then. Rows beyond `maxParts` are in the account too, which a
    // partial dataset has no record for.
    this.#filled.add(columns, Math.min(rows, this.#room));
    if (rows === 0 || this.isFull) return;
    this.#account.add(columns);
    const { parts, batch } = this.#options;
    parts.take(columns);
    let from = 0;
    while (from < rows && !this.isFull) {
      if (this.#rowsInPart === 0) parts.begin(this.#partPath);
      const to = Math.min(rows, from + batch - this.#rowsInPart);
      parts.append(from, to);
      this.#rowsInPart += to - from;
      from = to;
      if (this.#rowsInPart === batch) await this.#endPart();
    }
  }

  /**
   * Writes the last part (an empty one where there are no rows at all), notes in every file the sha256 of what it was made
   * of, reads every footer again, and hashes every file.
   * @param source undefined where the source was not read to its end
   */
  async finish(source: string | undefined): Promise<void> {
    const hasNone = this.#parts === 0 && this.#rowsInPart === 0;
    if (hasNone) this.#options.parts.begin(this.#partPath);
    if (hasNone || this.#rowsInPart > 0) await this.#endPart();
    await this.#settle(0);
    for (const { name, rows } of this.#written) {
      const path = join(this.#temporary, name);
      if (source !== undefined) await noteSource(path, source);
      const found = await rowsInFooter(path);
      if (found !== rows) throw new Error(`${name} has ${found} rows, but ${rows} were written`);
      this.files.push({ name, ...(await hashFile(path)), rows });
    }
  }

  /** The account of the values of a finished dataset, none of which was left out. */
  account(): WrittenValues {
    return this.#account.end();
  }

  /** Puts the finished dataset in its place. `isPartial` leaves a mark that it is not the whole. */
  async publish(isPartial: boolean): Promise<void> {
    if (isPartial) await writeFile(join(this.#temporary, PARTIAL_MARKER), "");
    await publishDirectory(this.#temporary, this.#options.out, { replace: this.#options.clean });
    this.#isDone();
  }

  /** Removes what was written and not published, when nothing is on its way to a file any more. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await removeTree(this.#temporary);
    this.#isDone();
  }

  async #endPart(): Promise<void> {
    const writing = this.#options.parts.end();
    this.#parts++;
    this.#rowsInPart = 0;
    // A failure is thrown when the part is waited for; until then it must not count as unhandled.
    writing.catch(() => undefined);
    this.#pending.push(writing);
    await this.#settle(MAX_PENDING - 1);
  }

  /** Waits until at most so many parts are on their way. */
  async #settle(most: number): Promise<void> {
    while (this.#pending.length > most) {
      this.#written.push(await (this.#pending[0] as Promise<WrittenPart>));
      this.#pending.shift();
    }
  }
}
/** Removes what writers to the same place left that were killed. */
async function removeAbandoned(out: string): Promise<void> {
  const prefix = `${TEMPORARY_PREFIX}${basename(out)}.`;
  for (const name of await namesIn(dirname(out))) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    const isAbandoned =
      /^\d+$/.test(pid) && (Number(pid) === process.pid || processStart(Number(pid)) === undefined);
    if (isAbandoned) await removeTree(join(dirname(out), name));
  }
}

/** Refuses a place that is not free and is not to be replaced, or that holds what no dataset holds. */
async function checkPlace({ out, clean }: WriterOptions): Promise<void> {
  const entries = await entriesOf(out);
  if (entries.length > 0 && !clean) {
    throw new ExpectedError(`${out} is not empty: choose another directory, or replace it with --clean`);
  }
  const foreign = entries.find((entry) => entry.isDirectory() || /\.(xml|gz|json)$/.test(entry.name));
  if (foreign !== undefined) {
    throw new ExpectedError(
      `${out} holds ${foreign.name}, so it is no dataset's directory, and --clean leaves it alone`,
    );
  }
  if (entries.length > 0 && `${process.cwd()}${sep}`.startsWith(`${out}${sep}`)) {
    throw new ExpectedError(`${out} is the working directory or holds it, and --clean leaves it alone`);
  }
}

async function entriesOf(dir: string): Promise<Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    if (hasCode(error, "ENOTDIR")) {
      throw new ExpectedError(`${dir} is a file, not a directory`, { cause: error });
    }
    throw error;
  }
}
