import { constants, createGunzip, type Gunzip } from "node:zlib";

const NOTHING = Buffer.alloc(0);

/**
 * What Node's zlib uses for its own synchronous functions but does not document: it inflates in the calling thread, from a place
 * in one buffer to a place in another. Afterwards `_writeState` has the number of bytes left in the output, then in the input.
 */
interface SyncGunzip extends Gunzip {
  readonly _writeState: Uint32Array;
  readonly _handle: {
    onerror: (message: string, errno: number, code: string) => void;
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

/** Inflates a gzip stream, which may have several members, in this thread and directly to where the bytes are needed. */
export class Inflater {
  readonly #gunzip = createGunzip() as SyncGunzip;
  #failure: Error | undefined;
  #piece: Buffer = NOTHING;
  /** How many bytes of the piece are left. */
  #left = 0;
  /** The last output was filled, so zlib may hold more bytes. */
  #isFull = false;
  /** The stream ended within the piece. */
  #hasEnded = false;

  constructor() {
    this.#gunzip._handle.onerror = (message, errno, code) => {
      this.#failure = Object.assign(new Error(message), { errno, code });
    };
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
   * @throws Error of zlib for damaged bytes; Error for bytes after the end of the stream
   */
  inflate(output: Uint8Array): number {
    if (this.#hasEnded) throw new Error(`${this.#left} bytes after the end of the gzip stream`);
    return this.#write(constants.Z_NO_FLUSH, output);
  }

  /** @throws Error of zlib if the stream is truncated */
  end(): void {
    this.take(NOTHING);
    this.#write(constants.Z_FINISH, Buffer.alloc(1));
  }

  #write(flush: number, output: Uint8Array): number {
    const { _handle, _writeState } = this.#gunzip;
    const from = this.#piece.length - this.#left;
    _handle.writeSync(flush, this.#piece, from, this.#left, output, 0, output.length);
    if (this.#failure !== undefined) throw this.#failure;
    const [free = 0, left = 0] = _writeState;
    this.#left = left;
    this.#isFull = free === 0;
    this.#hasEnded = left > 0 && free > 0;
    return output.length - free;
  }
}
