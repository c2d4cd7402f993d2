import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";

/** File names of pages saved by Discogs tools. */
export const PAGE_PATTERN = "discogs_page_*.json";

/** The location of a collection's pages, and how strictly they are checked. */
export interface CollectionSource {
  /** Directory of the pages. */
  srcDir: string;
  /** File name in which `*` stands for any characters and `?` for one. */
  pattern: string;
  /** Count missing or repeated items instead of rejecting the pages (default: false). */
  allowIncomplete?: boolean;
}

/**
 * The file names of a collection's pages, sorted.
 * @throws ExpectedError when the directory does not exist or no file name matches
 */
export async function collectionPages({ srcDir, pattern }: CollectionSource): Promise<string[]> {
  const isPage = patternTest(pattern);
  const entries = await entriesIn(srcDir);
  const names = entries.filter((entry) => !entry.isDirectory() && isPage.test(entry.name));
  if (names.length === 0) {
    throw new ExpectedError(`${join(srcDir, pattern)}: no such file; choose other names with --pattern`);
  }
  return names.map((entry) => entry.name).sort();
}

function patternTest(pattern: string): RegExp {
  if (pattern.includes("/")) {
    throw new ExpectedError(`--pattern is "${pattern}", but must be a file name without directories`);
  }
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

async function entriesIn(dir: string) {
  try {
    return await readdir(dir, { withFileTypes: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    throw new ExpectedError(`${dir} is not a directory, but should have the collection's pages`, {
      cause: error,
    });
  }
}
