/** Maximum number of paths counted separately; the rest are counted together. */
const MAX_PATHS = 1000;
/** Longer paths are truncated. */
const MAX_LENGTH = 200;
/** Maximum number of paths named in a message. */
const MAX_NAMED = 20;
const OTHERS = "(other paths)";

/** Counts the occurrences of unknown paths in a dump, in bounded memory. */
export class UnknownPaths {
  readonly #counts = new Map<string, number>();

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(path: string, count = 1): void {
    const whole = path.length > MAX_LENGTH ? `${path.slice(0, MAX_LENGTH)}...` : path;
    const isTold = this.#counts.has(whole) || this.#counts.size < MAX_PATHS;
    const key = isTold ? whole : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  addAll(counts: ReadonlyMap<string, number>): void {
    for (const [path, count] of counts) this.add(path, count);
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** Formats paths on one line, the most frequent first. */
export function unknownText(counts: ReadonlyMap<string, number>): string {
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = frequent.slice(0, MAX_NAMED).map(([path, count]) => `${path} ${count}`);
  const others = frequent.length - named.length;
  return named.join(", ") + (others > 0 ? `, and ${others} more` : "");
}
