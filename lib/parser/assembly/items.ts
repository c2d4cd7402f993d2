import { allocate } from "./memory";

const FIRST: u32 = 1 << 8;
const WORD: u32 = sizeof<usize>();

let places: usize = 0;
let capacity: u32 = 0;

/** The items whose values are appended next, a list for rows and, behind it, one for structs within them. */
export class Items {
  static length: u32 = 0;

  @inline
  static push(item: usize): void {
    if (Items.length === capacity) grow();
    store<usize>(Items.at(Items.length), item);
    Items.length++;
  }

  /** The place of an item. It can be read even after items were pushed behind it. */
  @inline
  static at(index: u32): usize {
    return places + <usize>(index * WORD);
  }
}

/** Moves the items; the memory that they were in is not used again. */
function grow(): void {
  const larger = max(FIRST, capacity * 2);
  const moved = allocate(<usize>(larger * WORD));
  memory.copy(moved, places, <usize>(capacity * WORD));
  places = moved;
  capacity = larger;
}
