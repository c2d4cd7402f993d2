import { constants, createUnzip, deflateSync, type Unzip } from "node:zlib";
import { counted } from "../cli/amounts.ts";
import { hasCode } from "../cli/errors.ts";

const NOTHING = Buffer.alloc(0);
/** The first two bytes of a gzip member. */
const MAGIC = [0x1f, 0x8b] as const;

/**
 * What Node's zlib uses for its own synchronous functions but does not document: it inflates in the calling thread, from a place
 * in one buffer to a place in another. Afterwards `_writeState` has the number of bytes left in the output, then in the input.
 */
interface SyncUnzip extends Unzip {
  readonly _writeState: Uint32Array;
  readonly _handle: {
    onerror: (message: string, errno: number, code: string) => void;
    reset(): void;
    writeSync(
      flush: number,
      input: Buffer,
      inputAt: number,
      inputLength: number,
      output: Uint8Array,
      outputAt: number,
      outputLength: number,
    ): void;
  };
}

/**
 * Inflates a gzip stream, which may have several members, in this thread and directly to where the bytes are needed.
 *
 * Node's gunzip goes on from one member to the next by itself; if no member follows, it fails without telling how many bytes it
 * has inflated before. Its unzip stops at the end of each stream if the first one had the zlib format. Therefore it gets an empty
 * zlib stream first, and is reset for each member, whose format it recognises.
 */
export class Inflater {
  readonly #unzip = createUnzip() as SyncUnzip;
  #failure: Error | undefined;
  #piece: Buffer = NOTHING;
  /** How many bytes of the piece are left. */
  #left = 0;
  /** The last output was filled, so zlib may hold more bytes. */
  #isFull = false;
  /** A member has ended within the piece. */
  #hasEnded = false;

  constructor() {
    this.#unzip._handle.onerror = (message, errno, code) => {
      this.#failure = Object.assign(new Error(message), { errno, code });
    };
    this.take(deflateSync(NOTHING));
    this.#write(constants.Z_NO_FLUSH, Buffer.alloc(1));
    this.#unzip._handle.reset();
  }

  /** Whether the next piece of the stream is needed. */
  get isWaiting(): boolean {
    return this.#left === 0 && !this.#isFull;
  }

  /** Goes on with this piece of the stream, when `isWaiting`. */
  take(piece: Buffer): void {
    this.#piece = piece;
    this.#left = piece.length;
  }

  /**
   * Inflates into `output`.
   * @returns the number of bytes; 0 if another piece is needed
   * @throws Error for damaged bytes, and for bytes after the end of the stream
   */
  inflate(output: Uint8Array): number {
    if (this.#hasEnded) this.#beginMember();
    return this.#write(constants.Z_NO_FLUSH, output);
  }

  /** @throws Error of zlib if the stream is truncated */
  end(): void {
    this.take(NOTHING);
    this.#write(constants.Z_FINISH, Buffer.alloc(1));
  }

  #beginMember(): void {
    const next = this.#piece.subarray(-this.#left).subarray(0, MAGIC.length);
    if (next.some((byte, index) => byte !== MAGIC[index])) {
      throw new Error("bytes after the end of the gzip stream");
    }
    this.#unzip._handle.reset();
  }

  #write(flush: number, output: Uint8Array): number {
    const { _handle, _writeState } = this.#unzip;
    const from = this.#piece.length - this.#left;
    _handle.writeSync(flush, this.#piece, from, this.#left, output, 0, output.length);
    if (this.#failure !== undefined) throw placed(this.#failure, output.length);
    const [free = 0, left = 0] = _writeState;
    this.#left = left;
    this.#isFull = free === 0;
    this.#hasEnded = left > 0 && free > 0;
    return output.length - free;
  }
}

/** A failure of zlib, which does not tell how many bytes it has inflated before, unless the stream is merely truncated. */
function placed(failure: Error, length: number): Error {
  if (hasCode(failure, "Z_BUF_ERROR")) return failure;
  const noticed = `${failure.message}, noticed within ${counted(length, "byte")} from there`;
  return new Error(noticed, { cause: failure });
}
