/** What was noticed of the paths of a dump on the way to rows, with how often each. */
export interface NoticedPaths {
  /** Paths that are not known, or whose value is passed over because another one is taken instead. */
  unknown: ReadonlyMap<string, number>;
  /** Kept values from which white space was taken. */
  trimmed: ReadonlyMap<string, number>;
}

/** Nothing was noticed. */
export const NOTHING_NOTICED: NoticedPaths = { unknown: new Map(), trimmed: new Map() };
