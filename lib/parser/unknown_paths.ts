/** As many different paths are told apart; the rest is counted together. */
const MAX_PATHS = 1000;
/** A longer path is cut. */
const MAX_LENGTH = 200;
/** As many are named in a message. */
const MAX_NAMED = 20;
const OTHERS = "(other paths)";

/** How often each path of a dump occurred that is not known, in bounded memory. */
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

/** Paths in one line, the most frequent first. */
export function unknownText(counts: ReadonlyMap<string, number>): string {
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = frequent.slice(0, MAX_NAMED).map(([path, count]) => `${path} ${count}`);
  const others = frequent.length - named.length;
  return named.join(", ") + (others > 0 ? `, and ${others} more` : "");
}
