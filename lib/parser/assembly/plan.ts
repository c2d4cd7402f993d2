// What the scanner knows and keeps, as `lib/parser/scan_plan.ts` writes it to memory. Lists are pointers with a 0 behind them.

/** A piece of markup of up to 32 bytes, with a mask of those that it has. */
@unmanaged
export class TagText {
  length: usize;
  low: v128;
  high: v128;
  lowMask: v128;
  highMask: v128;

  /** Whether the text stands at `at`. */
  @inline
  isAt(at: usize): bool {
    if (v128.any_true(v128.and(v128.xor(v128.load(at), this.low), this.lowMask))) return false;
    return (
      this.length <= 16 || !v128.any_true(v128.and(v128.xor(v128.load(at + 16), this.high), this.highMask))
    );
  }
}

/** An element; as a text `<name`. */
@unmanaged
export class Element extends TagText {
  /** `</name>` */
  endTag: TagText;
  textSlot: i32;
  nodeSlot: i32;
  /** Whether text may stand in it. */
  hasText: i32;
  /** One bit, of its own among the children of the parent that may stand there once; 0 = it may be repeated. */
  onceBit: u32;
  children: usize;
  attributes: usize;
  /** The child that came first the last time. */
  firstChild: Element | null;
  /** The sibling that came after it the last time. */
  follower: Element | null;
  /** The attribute that came first the last time. */
  firstAttribute: Attribute | null;
}

/** An attribute that is known; as a text ` name="`. */
@unmanaged
export class Attribute extends TagText {
  /** NONE = it is not kept. */
  slot: i32;
  /** One bit, of its own among the attributes of the element. */
  bit: u32;
  /** The attribute that came after it the last time. */
  follower: Attribute | null;
}

/** How the end of an element is found that is jumped over; as a text `<name`. */
@unmanaged
export class Jump extends TagText {
  /** `</name` */
  endTag: TagText;
  /** A part of the end tag, and how far it is from the tag's beginning. */
  part: usize;
  partLength: usize;
  distance: usize;
  /** As of an element. */
  onceBit: u32;
}
