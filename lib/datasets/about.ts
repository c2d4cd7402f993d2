import type { Column } from "./types.ts";

/** The column with the sentence that says what it holds: the unit, and what NULL means where that is not obvious. */
export const about = <C extends Column>(column: C, sentence: string): C & { about: string } => ({
  ...column,
  about: sentence,
});
