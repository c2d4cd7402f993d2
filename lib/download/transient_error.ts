/** A failure that may be over when the request is made again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** Seconds to wait before that, where the server says so. */
  readonly waitSeconds: number | undefined;
  /** Something was received before: the failure does not count as one more in a row. */
  readonly progressed: boolean;

  constructor(
    message: string,
    options: { waitSeconds?: number; progressed?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.waitSeconds = options.waitSeconds;
    this.progressed = options.progressed ?? false;
  }
}
