import { WordList } from "./words";

/** The counters that the records on the tape increase. */
const pending = new WordList();
/** Number of those of complete records. */
let complete: u32 = 0;

/** Counts trimmed values of records, once the scanner has read all of them. */
export class Trims {
  /** Discards all notes. */
  @inline
  static clear(): void {
    pending.length = 0;
    complete = 0;
  }

  /** Keeps the notes of the current record. */
  @inline
  static endRecord(): void {
    complete = pending.length;
  }

  /** Notes that a counter is to be increased. */
  static note(counter: usize): void {
    pending.push(counter);
  }

  /** Applies the notes of complete records. */
  @inline
  static count(): void {
    for (let i: u32 = 0; i < complete; i++) {
      const counter = load<usize>(pending.at(i));
      store<u32>(counter, load<u32>(counter) + 1);
    }
  }
}
