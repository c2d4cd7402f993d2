import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { readJsonIfThere } from "../files/files.ts";
import { datasetName } from "../lake/done.ts";

/** Minimum row count by dataset name (last segment of its directory). */
export type MinRows = Readonly<Record<string, number>>;

/** A month without any artist, master, release or label is not a month; the other datasets may be empty. */
const DEFAULTS: MinRows = { artists_v1_typed: 1, masters_v1_typed: 1, releases_v6: 1, labels_v10: 1 };

const minRowsFile = z.record(z.string(), z.int().nonnegative());

/**
 * The configured minimums on top of the defaults: first from a JSON file `{"releases_v6": 19000000}`, then from a list
 * `releases_v6=19000000,labels_v10=2400000`. ExpectedError for an unknown dataset or an invalid number.
 */
export async function readMinRows(list: string | undefined, file: string | undefined): Promise<MinRows> {
  const configured = { ...(file === undefined ? {} : await readFile(file)), ...parseList(list ?? "") };
  const known = new Set(allTables.map(({ directory }) => datasetName(directory)));
  const unknown = Object.keys(configured).find((name) => !known.has(name));
  if (unknown !== undefined) throw new ExpectedError(`minimum rows: ${unknown} is not a dataset`);
  return { ...DEFAULTS, ...configured };
}

async function readFile(path: string): Promise<MinRows> {
  const minimums = await readJsonIfThere(path, minRowsFile);
  if (minimums === undefined)
    throw new ExpectedError(`${path} does not exist: it should hold the minimum row counts`);
  return minimums;
}

function parseList(list: string): Record<string, number> {
  const items = list.split(",").filter((item) => item.trim() !== "");
  return Object.fromEntries(items.map(parseItem));
}

function parseItem(item: string): [string, number] {
  const match = /^\s*(\w+)=(\d{1,15})\s*$/.exec(item);
  if (match === null)
    throw new ExpectedError(`minimum rows: "${item}" does not have the form dataset=number`);
  return [match[1] ?? "", Number(match[2])];
}
