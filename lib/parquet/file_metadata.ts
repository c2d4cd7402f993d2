import { type FileHandle, open } from "node:fs/promises";
import { withPath } from "../cli/system_error.ts";

// The sha256 of the source in the key-value metadata of a dataset's files.

/** Placeholder until the source has been read to its end; stays in a partial file. */
export const SOURCE_TO_COME = "0".repeat(64);
/** Key of the sha256 of the source. */
export const SOURCE_KEY = "source_sha256";
/** Between a key and its value are the field's header and the value's length, one byte each. */
const BETWEEN = 2;
/** Length of the footer, and the mark of the format, at the end of a file. */
const TRAILER = 8;

/**
 * Writes the sha256 of the source into the placeholder of a finished file.
 * @throws Error if it has none
 */
export async function noteSource(path: string, sha256: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { begin, length } = await footerIn(file);
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

/** Where the footer of a finished file begins. */
export async function footerBegin(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    return (await footerIn(file)).begin;
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}

async function footerIn(file: FileHandle): Promise<{ begin: number; length: number }> {
  const { size } = await file.stat();
  const trailer = await bytesAt(file, size - TRAILER, TRAILER);
  const length = trailer.readUInt32LE(0);
  return { begin: size - TRAILER - length, length };
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
