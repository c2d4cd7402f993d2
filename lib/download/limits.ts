import type { Readable } from "node:stream";
import { ExpectedError } from "../cli/errors.ts";
import type { Clock } from "./clock.ts";
import { describeNetworkError } from "./http.ts";
import { TransientError } from "./transient_error.ts";

/** Limits on the time and space that a server may use. */
export interface DownloadLimits {
  /** Seconds for the whole month, including waits. */
  totalSeconds: number;
  /** Maximum bytes of a file, whether or not the server announces its size. The largest dump has 12 GB. */
  fileBytes: number;
  /** Maximum bytes of a listing or a checksum file. */
  textBytes: number;
  /** Maximum pages of a year's listing. S3 returns a thousand names per page; a year has 60 files. */
  listingPages: number;
  /**
   * Minimum speed: a body must deliver this many bytes in this many seconds, or its connection counts as
   * lost.
   */
  slowest: { seconds: number; bytes: number };
}

/** Default settings of a month's download. */
export const DOWNLOAD_DEFAULTS = {
  baseUrl: "https://data.discogs.com",
  timeoutSeconds: 60,
  maxWaitSeconds: 4000,
  retries: 6,
} as const;

/** Default limits of a download. */
export const DEFAULT_LIMITS: DownloadLimits = {
  totalSeconds: 24 * 3600,
  fileBytes: 64e9,
  textBytes: 16e6,
  listingPages: 50,
  slowest: { seconds: 60, bytes: 60_000 },
};

/** The limits of one download, and its start time. */
export interface Bounds {
  limits: DownloadLimits;
  clock: Clock;
  /** Milliseconds since 1970. */
  began: number;
}

/** Throws ExpectedError if the download's time is up. */
export function requireTime({ limits, clock, began }: Bounds, what: string): void {
  if (clock.now() - began <= limits.totalSeconds * 1000) return;
  const hours = Number((limits.totalSeconds / 3600).toFixed(1));
  throw new ExpectedError(
    `${what}: not finished within ${hours} hours; run it again to resume, or raise --max-hours`,
  );
}

/**
 * Yields the chunks of a body, as long as it is fast enough and time remains.
 *
 * Throws TransientError for a lost connection or one that is too slow, ExpectedError when the time is up.
 * @param progressed whether the data received counts as progress if the connection is lost
 */
export async function* boundedChunks(
  body: Readable,
  bounds: Bounds,
  what: string,
  progressed: () => boolean = () => false,
): AsyncGenerator<Buffer> {
  const { seconds, bytes } = bounds.limits.slowest;
  let span = { began: bounds.clock.now(), bytes: 0 };
  try {
    for await (const chunk of body) {
      yield chunk;
      requireTime(bounds, what);
      span.bytes += chunk.length;
      const now = bounds.clock.now();
      if (now - span.began < seconds * 1000) continue;
      // Counts as another failure regardless of progress, so that a server that trickles forever is
      // abandoned.
      if (span.bytes < bytes) throw new TransientError(`only ${span.bytes} bytes arrived in ${seconds} s`);
      span = { began: now, bytes: 0 };
    }
  } catch (error) {
    if (error instanceof TransientError || error instanceof ExpectedError) throw error;
    throw new TransientError(describeNetworkError(error), { progressed: progressed(), cause: error });
  }
}

/** Reads a body as text. Throws like {@link boundedChunks}, and ExpectedError if it is too long. */
export async function boundedText(body: Readable, bounds: Bounds, what: string): Promise<string> {
  const { textBytes } = bounds.limits;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of boundedChunks(body, bounds, what)) {
    pieces.push(chunk);
    size += chunk.length;
    if (size > textBytes)
      throw new ExpectedError(`${what} is longer than ${textBytes} bytes; check --base-url`);
  }
  return Buffer.concat(pieces).toString("utf8");
}
