import { ExpectedError } from "../cli/errors.ts";
import { absolutePath } from "../cli/options.ts";
import type { Entity } from "../datasets/declaration.ts";
import { findDumpFiles, findDumpMonth } from "./raw_month.ts";

/** How a dump is selected. */
export interface DumpChoice {
  entity: Entity;
  /** As given on the command line; empty counts as not given, and `-` is stdin. */
  given: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Directory of the months' dump files. */
  rawRoot: string | undefined;
  /** `YYYY-MM`; else the newest month with four files. */
  month: string | undefined;
}

/** The environment variable that may name the dump of an entity. */
export function dumpVariable(entity: Entity): string {
  return `DISCOGS_${entity.toUpperCase()}S_DUMP`;
}

/**
 * Selects a dump: the one given, else the environment's, else that of a month in the raw root. A requested
 * month takes precedence over the environment.
 *
 * @throws ExpectedError if none of them is set, or a path is not valid UTF-8
 */
export async function chooseDump(choice: DumpChoice): Promise<string> {
  const { entity, given, env, rawRoot, month } = choice;
  const variable = dumpVariable(entity);
  const fromEnv = month === undefined ? env[variable] : "";
  const [name, named] = given ? ["the dump", given] : [variable, fromEnv];
  if (named) return named === "-" ? named : absolutePath(name, named);
  if (rawRoot === undefined) {
    throw new ExpectedError(`which dump of ${entity}s? Name it, or set ${variable} or DISCOGS_RAW`);
  }
  const { files } = month === undefined ? await findDumpMonth(rawRoot) : await findDumpFiles(rawRoot, month);
  const file = files.find((each) => each.entity === `${entity}s`);
  if (file === undefined) throw new ExpectedError(`no dump of ${entity}s below ${rawRoot}`);
  return file.path;
}
