import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Schema } from "apache-arrow";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import type { Column } from "../datasets/types.ts";
import type { DatasetFile } from "../lake/done.ts";
import { namesIn, publishDirectory, removeTree } from "../lake/files.ts";
import { assertWritable } from "../lake/guard.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../lake/paths.ts";
import { processStart } from "../lake/process_identity.ts";
import { arrowSchema } from "./arrow_table.ts";
import { appendRows, type ColumnBuffers, columnBuffers } from "./column_buffers.ts";
import { encodePart } from "./part_encoder.ts";
import { rowsInFooter } from "./verify_part.ts";

/** File in a dataset's directory that says that the extractor stopped early; such a dataset cannot be sealed. */
export const PARTIAL_MARKER = "_partial";

export interface WriterOptions {
  columns: readonly Column[];
  /** The dataset's directory. */
  out: string;
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
  readonly #schema: Schema;
  readonly #part: readonly ColumnBuffers[];
  #rowsInPart = 0;
  readonly files: DatasetFile[] = [];

  private constructor(options: WriterOptions) {
    this.#options = options;
    this.#temporary = join(dirname(options.out), temporaryName(basename(options.out)));
    this.#schema = arrowSchema(options.columns);
    this.#part = options.columns.map((column) => columnBuffers(column.type));
  }

  /**
   * Makes the temporary directory.
   * @throws ExpectedError when `out` has something in it and `clean` is not set, or is in a sealed run
   */
  static async open(options: WriterOptions): Promise<DatasetWriter> {
    const writer = new DatasetWriter(options);
    assertWritable(options.out, { entry: true });
    if (!options.clean && !(await isEmpty(options.out))) {
      throw new ExpectedError(
        `${options.out} is not empty: choose another directory, or replace it with --clean`,
      );
    }
    await removeAbandoned(options.out);
    await mkdir(writer.#temporary, { recursive: true });
    return writer;
  }

  /** Whether `maxParts` parts are written: further rows are not taken. */
  get isFull(): boolean {
    return this.files.length === this.#options.maxParts;
  }

  get rows(): number {
    return this.files.reduce((sum, file) => sum + file.rows, this.#rowsInPart);
  }

  /** Appends rows in order, writing each part as soon as it is full. */
  async append(columns: readonly ColumnBuffers[], rows: number): Promise<void> {
    let from = 0;
    while (from < rows && !this.isFull) {
      const to = Math.min(rows, from + this.#options.batch - this.#rowsInPart);
      this.#part.forEach((target, index) => {
        appendRows(target, columns[index] as ColumnBuffers, from, to);
      });
      this.#rowsInPart += to - from;
      from = to;
      if (this.#rowsInPart === this.#options.batch) await this.#writePart();
    }
  }

  /** Writes the last part (an empty one where there are no rows at all) and reads every footer again. */
  async finish(): Promise<void> {
    if (!this.isFull && (this.#rowsInPart > 0 || this.files.length === 0)) await this.#writePart();
    for (const file of this.files) {
      const rows = await rowsInFooter(join(this.#temporary, file.name));
      if (rows !== file.rows) throw new Error(`${file.name} has ${rows} rows, but ${file.rows} were written`);
    }
  }

  /** Puts the finished dataset in its place. `isPartial` leaves a mark that it is not the whole. */
  async publish(isPartial: boolean): Promise<void> {
    if (isPartial) await writeFile(join(this.#temporary, PARTIAL_MARKER), "");
    await publishDirectory(this.#temporary, this.#options.out, { replace: this.#options.clean });
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await removeTree(this.#temporary);
  }

  async #writePart(): Promise<void> {
    const name = `part-${String(this.files.length).padStart(5, "0")}.parquet`;
    const rows = this.#rowsInPart;
    const bytes = encodePart(this.#schema, this.#part, rows);
    await writeFile(join(this.#temporary, name), bytes, { flag: "wx" });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.files.push({ name, bytes: bytes.length, sha256, rows });
    for (const column of this.#part) column.clear();
    this.#rowsInPart = 0;
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

async function isEmpty(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).length === 0;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return true;
    if (hasCode(error, "ENOTDIR"))
      throw new ExpectedError(`${dir} is a file, not a directory`, { cause: error });
    throw error;
  }
}
