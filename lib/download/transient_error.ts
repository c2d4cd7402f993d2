/** A failure that may not recur when the request is repeated. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** Seconds to wait before retrying, if the server requests it. */
  readonly waitSeconds: number | undefined;
  /** Data was received before the failure, so it does not count as a consecutive one. */
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
