import { extname } from "node:path";
import { nearest } from "../cli/nearest.ts";
import { looksLikeReading, readingWord } from "./reading.ts";

/** Like a path: no white space or punctuation of SQL, and a suffix or a slash. */
const PATH = /^[^\s();,*'"]*(\.[a-z]\w*|\/[^\s();,*'"]*)$/i;

/**
 * Whether an argument that may be SQL or the name of a file is meant as a file, so that a mistyped name is not reported as
 * wrong SQL. A statement may also end like a file name, e.g. with a table `x.sql`.
 */
export function isMeantAsFile(given: string): boolean {
  if (/\s/.test(given) && looksLikeReading(given)) return false;
  if (nearest(extname(given).slice(1), ["sql"]) !== undefined || PATH.test(given)) return true;
  return /^\w+$/.test(given) && readingWord(given) === undefined;
}
