import type { Column } from "./types.ts";

/**
 * Adds the sentence that documents a column: its meaning, its unit, and what NULL means if that is not
 * obvious.
 */
export const about = <C extends Column>(column: C, sentence: string): C & { about: string } => ({
  ...column,
  about: sentence,
});
