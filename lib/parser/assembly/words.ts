import { allocate } from "./memory";

const FIRST: u32 = 1 << 6;
const WORD: u32 = sizeof<usize>();

/** A list of places in memory that grows. */
@final
export class WordList {
  length: u32 = 0;
  private words: usize = 0;
  private capacity: u32 = 0;

  @inline
  push(word: usize): void {
    if (this.length === this.capacity) this.grow();
    store<usize>(this.at(this.length), word);
    this.length++;
  }

  /** Where an entry is. It can be read there even after others were pushed behind it. */
  @inline
  at(index: u32): usize {
    return this.words + <usize>(index * WORD);
  }

  /** Moves the entries; the memory that they were in is not used again. */
  private grow(): void {
    const larger = max(FIRST, this.capacity * 2);
    const moved = allocate(<usize>(larger * WORD));
    memory.copy(moved, this.words, <usize>(this.capacity * WORD));
    this.words = moved;
    this.capacity = larger;
  }
}
