import { open } from "node:fs/promises";
import { quotedString } from "@duckdb/node-api";
import { withPath } from "../cli/system_error.ts";
import { datasetName } from "../datasets/dataset_name.ts";

// Key-value metadata in a dataset's files: nothing that would differ for the same dump.

/** Placeholder until the source has been read to its end; stays in a partial file. */
export const SOURCE_TO_COME = "0".repeat(64);
/** Key of the sha256 of the source. */
export const SOURCE_KEY = "source_sha256";
/** Between a key and its value are the field's header and the value's length, one byte each. */
const BETWEEN = 2;
/** Length of the footer, and the mark of the format, at the end of a file. */
const TRAILER = 8;

/** The key-value metadata of a dataset's files, from its declaration. */
export interface DescribedDataset {
  directory: string;
  /** What a row represents. */
  about?: string | undefined;
  columns: readonly { name: string; about?: string | undefined }[];
}

/**
 * The COPY option that writes the metadata: name and version of the dataset, its description and those of its columns
 * as JSON, and the sha256 of its source.
 * @param source undefined if it has none; {@link SOURCE_TO_COME} for {@link noteSource} to fill in
 */
export function metadataOption(described: DescribedDataset, source: string | undefined): string {
  const dataset = datasetName(described.directory);
  const entries = {
    dataset,
    contract_version: /_v(\d+)/.exec(dataset)?.[1] ?? "1",
    description: descriptionOf(described),
    ...(source === undefined ? {} : { [SOURCE_KEY]: source }),
  };
  const fields = Object.entries(entries).map(([key, value]) => `${key}: ${quotedString(value)}`);
  return `KV_METADATA {${fields.join(", ")}}`;
}

/** The key of each column is its name, in the order of the columns. */
function descriptionOf({ about, columns }: DescribedDataset): string {
  const ofColumns = columns.flatMap((column) =>
    column.about === undefined ? [] : [[column.name, column.about]],
  );
  return JSON.stringify({ dataset: about, columns: Object.fromEntries(ofColumns) });
}

/**
 * Writes the sha256 of the source into the placeholder of a finished file.
 * @throws Error if it has none
 */
export async function noteSource(path: string, sha256: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const trailer = await bytesAt(file, size - TRAILER, TRAILER);
    const length = trailer.readUInt32LE(0);
    const begin = size - TRAILER - length;
    const footer = await bytesAt(file, begin, length);
    const at = footer.lastIndexOf(SOURCE_KEY) + SOURCE_KEY.length + BETWEEN;
    if (footer.toString("latin1", at, at + SOURCE_TO_COME.length) !== SOURCE_TO_COME) {
      throw new Error(`${path} has no place for the sha256 of its source`);
    }
    await file.write(sha256, begin + at);
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}

async function bytesAt(file: Awaited<ReturnType<typeof open>>, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
