/** Entry number that stands for "none". */
export const NONE = -1;

/**
 * The kept values of one record, in document order: what a parser writes and what rows are made of. An entry is either
 * a node (an item that makes a row or a struct) or a value, empty = NULL. The values of a node follow it immediately.
 */
export interface RecordTape {
  /** Adds a node and returns its entry. */
  node(slot: number): number;
  /** Adds a value, trimmed; `parent` is the node that it stands in, NONE for the record itself. */
  value(slot: number, parent: number, text: string): void;
}
