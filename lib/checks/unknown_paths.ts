import { unknownText } from "../parser/unknown_paths.ts";
import type { CheckResult } from "./check.ts";
import { readSubject } from "./subject.ts";

/**
 * Checks that the dumps of a run held no unknown elements or attributes, according to its records: such content is in
 * no dataset. Left out when no record mentions unknown paths.
 */
export async function unknownPathsCheck(dir: string): Promise<CheckResult[]> {
  const { recorded } = await readSubject(dir);
  const found = [...(recorded?.values() ?? [])].flatMap(({ unknown }) =>
    unknown === undefined ? [] : [unknown],
  );
  if (found.length === 0) return [];
  const paths = new Map(found.flatMap((unknown) => Object.entries(unknown)));
  const details = paths.size === 0 ? "unknown elements and attributes" : unknownText(paths);
  const value = BigInt(paths.size);
  return [{ name: "dump.unknown_paths", severity: "WARN", ok: paths.size === 0, value, details }];
}
