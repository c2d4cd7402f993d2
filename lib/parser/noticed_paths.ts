/** What was noticed of the paths of a dump on the way to rows, with how often each. */
export interface NoticedPaths {
  /** Paths that are not known. */
  unknown: ReadonlyMap<string, number>;
  /** Kept values from which white space was taken. */
  trimmed: ReadonlyMap<string, number>;
}

/** Nothing was noticed. */
export const NOTHING_NOTICED: NoticedPaths = { unknown: new Map(), trimmed: new Map() };
