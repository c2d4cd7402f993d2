import { allocate } from "./memory";

const FIRST: u32 = 1 << 6;
const WORD: u32 = sizeof<usize>();

let counters: usize = 0;
let capacity: u32 = 0;
let pending: u32 = 0;

/** Counts trimmed values of a record, once the scanner has read all of it. */
export class Trims {
  /** Discards the notes of the previous record. */
  @inline
  static clear(): void {
    pending = 0;
  }

  /** Notes that a counter is to be increased. */
  static note(counter: usize): void {
    if (pending === capacity) grow();
    store<usize>(counters + <usize>pending * WORD, counter);
    pending++;
  }

  /** Applies what was noted. */
  @inline
  static count(): void {
    for (let i: u32 = 0; i < pending; i++) {
      const counter = load<usize>(counters + <usize>i * WORD);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    pending = 0;
  }
}

function grow(): void {
  const larger = max(FIRST, capacity * 2);
  const moved = allocate(<usize>larger * WORD);
  memory.copy(moved, counters, <usize>capacity * WORD);
  counters = moved;
  capacity = larger;
}
