import type { Path } from "./declaration.ts";

/**
 * A path from the record on, of one that is seen from the items at `each` (`.` = the record). Empty for the record
 * itself; not for `^name`, which is no place in an item.
 */
export function pathInRecord(each: Path, path: Path): Path {
  if (path.startsWith("/")) return path.slice(1);
  if (path === ".") return each === "." ? "" : each;
  return each === "." ? path : `${each}/${path}`;
}
