/** Unusual paths met while turning a dump into rows, with the number of occurrences. */
export interface NoticedPaths {
  /** Unknown paths, and paths whose value was passed over in favour of another. */
  unknown: ReadonlyMap<string, number>;
  /** Kept values that were trimmed of white space. */
  trimmed: ReadonlyMap<string, number>;
}

/** No unusual paths. */
export const NOTHING_NOTICED: NoticedPaths = { unknown: new Map(), trimmed: new Map() };
