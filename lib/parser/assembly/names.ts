/** By byte: 1 = an ASCII character that may stand in a name, 2 = that may also begin one. */
const KINDS = memory.data(256);
const BEGINS: u8 = 2;

for (let byte: u32 = 0; byte < 256; byte++) store<u8>(KINDS + byte, kindOf(byte));

function kindOf(byte: u32): u8 {
  if ((byte | 0x20) - 0x61 < 26 || byte === 0x5f || byte === 0x3a) return BEGINS;
  return byte - 0x30 < 10 || byte === 0x2d || byte === 0x2e ? 1 : 0;
}

export class Name {
  /** Whether a name goes on at `at`. */
  @inline
  static goesOn(at: usize): bool {
    return load<u8>(KINDS + load<u8>(at)) !== 0;
  }
}

/** End of the name at `start`; `start` itself when none begins there. */
export function nameEnd(start: usize): usize {
  if (load<u8>(KINDS + load<u8>(start)) !== BEGINS) return start;
  let end = start + 1;
  while (Name.goesOn(end)) end++;
  return end;
}

/** Whether the bytes at two places are the same. */
export function isSame(at: usize, other: usize, length: usize): bool {
  return memory.compare(at, other, length) === 0;
}

/** Where `needle` stands first in `[from, end)`; 0 when it does not. */
export function find(needle: usize, length: usize, from: usize, end: usize): usize {
  const first = i8x16.splat(load<i8>(needle));
  const last = i8x16.splat(load<i8>(needle + length - 1));
  for (let at = from; at < end; at += 16) {
    const isFirst = i8x16.eq(v128.load(at), first);
    const isLast = i8x16.eq(v128.load(at + length - 1), last);
    for (let found = i8x16.bitmask(v128.and(isFirst, isLast)); found !== 0; found &= found - 1) {
      const candidate = at + ctz(found);
      if (isSame(candidate, needle, length)) return candidate < end ? candidate : 0;
    }
  }
  return 0;
}
