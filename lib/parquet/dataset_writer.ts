import { writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import {
  FileHash,
  makeDirectory,
  namesIn,
  publishDirectory,
  removeAbandoned,
  removeTree,
  syncPath,
} from "../files/files.ts";
import { foreignEntry } from "../files/foreign_entry.ts";
import { assertRemovable, assertWritable } from "../files/guard.ts";
import { halfMade, removeEmpty } from "../files/half_made.ts";
import { temporaryName } from "../files/paths.ts";
import { refuseOtherThanDirectory } from "../files/writable.ts";
import type { DatasetFile } from "../lake/done.ts";
import { footerBegin, noteSource } from "./file_metadata.ts";
import type { PackedColumns } from "./packed_columns.ts";
import type { RowTotals } from "./part_rows.ts";
import { patternOf } from "./read_parquet.ts";
import { rowsInFooter } from "./verify_part.ts";

/** Marker file in the directory of a dataset whose extractor stopped early; such a dataset can't be sealed. */
const PARTIAL_MARKER = "_partial";
/** The files of a dataset's directory: parts, named as here or as in the Python original, and the marker. */
const OF_A_DATASET = new RegExp(
  `^(part-\\d{5,}\\.parquet|releases_part\\d{4,}\\.parquet|${PARTIAL_MARKER})$`,
);
/** Maximum number of parts being written at once, which limits the disk space of their plain rows. */
const MAX_PENDING = 3;

/** The file of a part. */
export type WrittenPart = Pick<DatasetFile, "name" | "rows">;

/** A part whose footer was read, and whose bytes before the footer, which may still change, were hashed. */
interface CheckedPart extends WrittenPart {
  hash: FileHash;
}

/** Writes the rows of one dataset's parts, one part after another, to a file each. */
export interface PartSink {
  /** Begins the part at `path`, a new file. */
  begin(path: string): void;
  /** Takes over the rows to append from now on, possibly to several parts. */
  take(packed: PackedColumns): void;
  /** Appends rows `[from, to)` of those taken over to the current part. */
  append(from: number, to: number): void;
  /** Ends the part and writes it. The next one may begin before the promise is fulfilled. */
  end(): Promise<WrittenPart>;
  /** The totals of all parts. Nothing is taken over after it. */
  totals(): Promise<RowTotals>;
}

/** Options of a dataset writer. */
export interface WriterOptions {
  /** The dataset's directory. */
  out: string;
  parts: PartSink;
  /** Rows per part, except the last. */
  batch: number;
  /** Stop after N parts. */
  maxParts?: number | undefined;
  /** Replace the contents of `out` on success. */
  clean: boolean;
}

/**
 * Writes one dataset as `part-00000.parquet`, `part-00001.parquet`, ... to `_tmp.<name>.<pid>/` next to `out`. It alone
 * determines the order of rows and the boundaries of parts. Nothing appears at `out` before `publish`.
 */
export class DatasetWriter {
  readonly #options: WriterOptions;
  readonly #temporary: string;
  /** Directories created for `out`, outermost first. */
  readonly #parents: string[] = [];
  #isDone = () => {};
  #rowsInPart = 0;
  #parts = 0;
  #pending: Promise<CheckedPart>[] = [];
  #totals: RowTotals | undefined;
  readonly #written: CheckedPart[] = [];
  /** The files of a finished dataset. */
  readonly files: DatasetFile[] = [];

  private constructor(options: WriterOptions) {
    this.#options = options;
    this.#temporary = join(dirname(options.out), temporaryName(basename(options.out)));
  }

  /**
   * Creates the temporary directory.
   * @throws ExpectedError when `out` is not empty and `clean` is not set, contains anything but a dataset, or is in a sealed run
   */
  static async open(options: WriterOptions): Promise<DatasetWriter> {
    const writer = new DatasetWriter(options);
    assertRemovable(options.out);
    assertWritable(join(options.out, "part-00000.parquet"));
    // Refuse before reading a dump rather than at the first part.
    patternOf(options.out);
    await removeAbandoned(options.out);
    await checkPlace(options);
    writer.#isDone = halfMade(writer.#temporary, writer.#parents);
    await writer.#makeTemporary();
    return writer;
  }

  /** An error names the dataset's directory, which is what the user knows. */
  async #makeTemporary(): Promise<void> {
    try {
      await makeDirectory(dirname(this.#temporary), this.#parents);
      await makeDirectory(this.#temporary);
    } catch (error) {
      removeEmpty(this.#parents);
      if (error instanceof Error)
        error.message = error.message.replaceAll(this.#temporary, this.#options.out);
      throw error;
    }
  }

  /** Whether there are `maxParts` parts, so that no more rows are accepted. */
  get isFull(): boolean {
    return this.#parts === this.#options.maxParts;
  }

  get rows(): number {
    return this.#written.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** The totals of a finished dataset. */
  get totals(): RowTotals {
    if (this.#totals === undefined) throw new TypeError("the dataset is not finished");
    return this.#totals;
  }

  /** Path of the current part. */
  get #partPath(): string {
    return join(this.#temporary, `part-${String(this.#parts).padStart(5, "0")}.parquet`);
  }

  /** Appends rows in order; each part is written as soon as it is full. */
  async append(packed: PackedColumns, rows: number): Promise<void> {
    if (rows === 0 || this.isFull) return;
    const { parts, batch } = this.#options;
    parts.take(packed);
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
   * Writes the last part (an empty one if there are no rows), notes the source's sha256 in every file, and hashes what follows.
   * @param source undefined if the source was not read to its end
   */
  async finish(source: string | undefined): Promise<void> {
    const hasNone = this.#parts === 0 && this.#rowsInPart === 0;
    if (hasNone) this.#options.parts.begin(this.#partPath);
    if (hasNone || this.#rowsInPart > 0) await this.#endPart();
    await this.#settle(0);
    this.#totals = await this.#options.parts.totals();
    for (const { name, rows, hash } of this.#written) {
      if (source !== undefined) await noteSource(join(this.#temporary, name), source);
      await hash.readTo(Number.POSITIVE_INFINITY);
      this.files.push({ name, ...hash.end(), rows });
    }
  }

  /**
   * Publishes the finished dataset. `isPartial` adds a marker that it is incomplete.
   * @throws ExpectedError when `out` has got contents since `open` that must not be replaced
   */
  async publish(isPartial: boolean): Promise<void> {
    if (isPartial) await writeFile(join(this.#temporary, PARTIAL_MARKER), "");
    await checkPlace(this.#options);
    await publishDirectory(this.#temporary, this.#options.out, { replace: this.#options.clean });
    this.#isDone();
  }

  /** Removes everything unpublished and the directories created for it, once no more parts are being written. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await removeTree(this.#temporary);
    removeEmpty(this.#parents);
    this.#isDone();
  }

  async #endPart(): Promise<void> {
    const writing = this.#checked(this.#options.parts.end());
    this.#parts++;
    this.#rowsInPart = 0;
    // A failure is thrown where the part is awaited; until then it must not count as unhandled.
    writing.catch(() => undefined);
    this.#pending.push(writing);
    await this.#settle(MAX_PENDING - 1);
  }

  /**
   * Rereads the footer of a part, hashes what precedes it, and syncs the file, while the next parts are made: doing it for all of
   * them at the end leaves the threads idle meanwhile.
   */
  async #checked(writing: Promise<WrittenPart>): Promise<CheckedPart> {
    const { name, rows } = await writing;
    const path = join(this.#temporary, name);
    const found = await rowsInFooter(path);
    if (found !== rows) throw new Error(`${name} has ${found} rows, but ${rows} were written`);
    const hash = new FileHash(path);
    await hash.readTo(await footerBegin(path));
    await syncPath(path);
    return { name, rows, hash };
  }

  /** Waits until at most this many parts are being written. */
  async #settle(most: number): Promise<void> {
    while (this.#pending.length > most) {
      this.#written.push(await (this.#pending[0] as Promise<CheckedPart>));
      this.#pending.shift();
    }
  }
}

/** Refuses an output that is not empty and must not be replaced, or that contains anything but a dataset. */
async function checkPlace({ out, clean }: WriterOptions): Promise<void> {
  if (await isEmpty(out)) return;
  if (!clean) {
    throw new ExpectedError(`${out} is not empty: choose another directory, or replace it with --clean`);
  }
  const foreign = await foreignEntry(out, (name) => OF_A_DATASET.test(name));
  if (foreign !== undefined) {
    throw new ExpectedError(
      `${out} contains ${foreign}, so it is not a dataset's directory, and --clean does not replace it`,
    );
  }
  if (`${process.cwd()}${sep}`.startsWith(`${out}${sep}`)) {
    throw new ExpectedError(`${out} is or contains the working directory, and --clean does not replace it`);
  }
}

async function isEmpty(dir: string): Promise<boolean> {
  try {
    return (await namesIn(dir)).length === 0;
  } catch (error) {
    if (hasCode(error, "ENOTDIR")) await refuseOtherThanDirectory(dir);
    throw error;
  }
}
