import { unknownText } from "../parser/unknown_paths.ts";
import type { CheckResult } from "./check.ts";
import { readSubject } from "./subject.ts";

/**
 * Whether the dumps of a run held what is not known, as its records say: none of it is in any dataset. No check where
 * no record says anything of it.
 */
export async function unknownPathsCheck(dir: string): Promise<CheckResult[]> {
  const { recorded } = await readSubject(dir);
  const found = [...(recorded?.values() ?? [])].flatMap(({ unknown }) =>
    unknown === undefined ? [] : [unknown],
  );
  if (found.length === 0) return [];
  const paths = new Map(found.flatMap((unknown) => Object.entries(unknown)));
  const details = paths.size === 0 ? "elements and attributes that are not known" : unknownText(paths);
  const value = BigInt(paths.size);
  return [{ name: "dump.unknown_paths", severity: "WARN", ok: paths.size === 0, value, details }];
}
