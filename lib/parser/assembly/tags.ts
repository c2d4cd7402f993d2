import { TagText } from "./structs";

/** By byte: 1 for ASCII characters allowed in names. */
const IN_NAMES = memory.data(256);

for (let byte: u32 = 0; byte < 256; byte++) store<u8>(IN_NAMES + byte, isInNames(byte) ? 1 : 0);

function isInNames(byte: u32): bool {
  if ((byte | 0x20) - 0x61 < 26 || byte === 0x5f || byte === 0x3a) return true;
  return byte - 0x30 < 10 || byte === 0x2d || byte === 0x2e;
}

/** Matches pieces of markup. */
export class Tag {
  /** Whether a piece of markup is at `at`. */
  @inline
  static isAt(tag: TagText, at: usize): bool {
    if (v128.any_true(v128.and(v128.xor(v128.load(at), tag.low), tag.lowMask))) return false;
    return tag.length <= 16 || !v128.any_true(v128.and(v128.xor(v128.load(at + 16), tag.high), tag.highMask));
  }

  /** Like `isAt`, for markup that ends with a name; the name must end there too. */
  @inline
  static isNameAt(tag: TagText, at: usize): bool {
    return Tag.isAt(tag, at) && load<u8>(IN_NAMES + load<u8>(at + tag.length)) === 0;
  }
}
