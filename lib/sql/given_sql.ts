import { extname } from "node:path";
import { nearest } from "../cli/nearest.ts";
import { datasetTables } from "./dataset_tables.ts";
import { ACTIVE_SCHEMA, CATALOG } from "./engine.ts";
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

const FULL_NAME = new RegExp(`^${CATALOG}\\.\\w+\\.\\w+$`, "i");

/** The full name of the table that an argument names instead of a statement, or nearly names; undefined if it names none. */
export function tableMeant(given: string): string | undefined {
  if (FULL_NAME.test(given)) return given;
  const near = nearest(given, [...datasetTables.keys()]);
  const table = near === undefined ? undefined : datasetTables.get(near);
  return table === undefined ? undefined : `${CATALOG}.${ACTIVE_SCHEMA}.${table}`;
}
