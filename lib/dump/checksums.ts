import { basename, dirname, join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { readText } from "../files/files.ts";
import { checksumName } from "./raw_month.ts";

const LINE = /^([0-9a-f]{64}) [ *]?(\S+)$/i;

/**
 * Reads the text of a `discogs_YYYYMMDD_CHECKSUM.txt`: lines of `<sha256><blank><file name>` in any order.
 * @returns the lower-case sha256 of each file name
 * @throws ExpectedError with `label` and the first other line
 */
export function parseChecksums(text: string, label: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [, sha256, name] = LINE.exec(line.trim()) ?? [];
    if (sha256 === undefined || name === undefined) {
      throw new ExpectedError(`${label}, line ${index + 1}: not "<sha256> <file name>"`);
    }
    sums.set(name, sha256.toLowerCase());
  }
  return sums;
}

/** The path of the checksum file that belongs to a dump, whether it exists or not. */
export function checksumFileOf(dump: string): string {
  const [, date = ""] = /^discogs_(\d{8})_/.exec(basename(dump)) ?? [];
  return join(dirname(dump), checksumName(date));
}

/** Reads a checksum file; undefined if there is none. */
export async function readChecksums(path: string): Promise<Map<string, string> | undefined> {
  try {
    return parseChecksums(await readText(path), path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
