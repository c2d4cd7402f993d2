import { WordList } from "./words";

/** The counters that the current record increases. */
const pending = new WordList();

/** Counts trimmed values of a record, once the scanner has read all of it. */
export class Trims {
  /** Discards the notes of the previous record. */
  @inline
  static clear(): void {
    pending.length = 0;
  }

  /** Notes that a counter is to be increased. */
  static note(counter: usize): void {
    pending.push(counter);
  }

  /** Applies what was noted. */
  @inline
  static count(): void {
    for (let i: u32 = 0; i < pending.length; i++) {
      const counter = load<usize>(pending.at(i));
      store<u32>(counter, load<u32>(counter) + 1);
    }
    pending.length = 0;
  }
}
