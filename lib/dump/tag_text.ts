/**
 * A piece of markup, as 32-bit words: it is compared with the bytes of a dump four at a time. The bytes compared with
 * must go on for three more than the text has.
 */
export class TagText {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #lastMask: number;

  constructor(text: string) {
    const bytes = Buffer.from(text);
    const words = Math.ceil(bytes.length / 4);
    const padded = new DataView(new ArrayBuffer(words * 4));
    bytes.forEach((byte, index) => {
      padded.setUint8(index, byte);
    });
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: words }, (_, index) => padded.getInt32(index * 4, true));
    this.#lastMask = -1 >>> (8 * (words * 4 - bytes.length));
  }

  /** Whether the text stands at `at`. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    return (view.getInt32(at + last * 4, true) & this.#lastMask) === words[last];
  }
}
