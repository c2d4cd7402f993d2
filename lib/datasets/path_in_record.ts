import type { Path } from "./declaration.ts";

/**
 * Resolves a path relative to the items at `each` (`.` means the record) to one relative to the record. The
 * record itself is the empty path. `^name` is not supported, as it is not a location within an item.
 */
export function pathInRecord(each: Path, path: Path): Path {
  if (path.startsWith("/")) return path.slice(1);
  if (path === ".") return each === "." ? "" : each;
  return each === "." ? path : `${each}/${path}`;
}
