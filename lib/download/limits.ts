import type { Readable } from "node:stream";
import { ExpectedError } from "../cli/errors.ts";
import type { Clock } from "./clock.ts";
import { describeNetworkError } from "./http.ts";
import { TransientError } from "./transient_error.ts";

/** What a server may take of time and space. */
export interface DownloadLimits {
  /** Seconds for the whole month, waits included. */
  totalSeconds: number;
  /** Bytes of a file, where the server announces none or more. The largest dump has 12 GB. */
  fileBytes: number;
  /** Bytes of a listing or a checksum file. */
  textBytes: number;
  /** Pages of a year's listing. S3 gives a thousand names on each; a year has 60 files. */
  listingPages: number;
  /** In so many seconds a body must bring so many bytes, or its connection counts as lost. */
  slowest: { seconds: number; bytes: number };
}

/** How a month is fetched where nothing else is asked for. */
export const DOWNLOAD_DEFAULTS = {
  baseUrl: "https://data.discogs.com",
  timeoutSeconds: 60,
  maxWaitSeconds: 4000,
  retries: 6,
} as const;

export const DEFAULT_LIMITS: DownloadLimits = {
  totalSeconds: 24 * 3600,
  fileBytes: 64e9,
  textBytes: 16e6,
  listingPages: 50,
  slowest: { seconds: 60, bytes: 60_000 },
};

/** The limits of one download, and when it began. */
export interface Bounds {
  limits: DownloadLimits;
  clock: Clock;
  /** Milliseconds since 1970. */
  began: number;
}

/** Throws ExpectedError when the download has had its time. */
export function requireTime({ limits, clock, began }: Bounds, what: string): void {
  if (clock.now() - began <= limits.totalSeconds * 1000) return;
  const hours = Number((limits.totalSeconds / 3600).toFixed(1));
  throw new ExpectedError(
    `${what}: not done in ${hours} hours; run it again to resume, or raise --max-hours`,
  );
}

/**
 * The pieces of a body, while it comes fast enough and there is time.
 * Throws TransientError for a lost connection and for one that trickles, ExpectedError when the time is over.
 * @param progressed whether what has come counts as progress, for a connection that is lost
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
      // It counts as a failure more, whatever has come: a server that trickles for ever is given up.
      if (span.bytes < bytes) throw new TransientError(`only ${span.bytes} bytes came in ${seconds} s`);
      span = { began: now, bytes: 0 };
    }
  } catch (error) {
    if (error instanceof TransientError || error instanceof ExpectedError) throw error;
    throw new TransientError(describeNetworkError(error), { progressed: progressed(), cause: error });
  }
}

/** A body as text. Throws as {@link boundedChunks} does, and ExpectedError when it is too long. */
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
