import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { createHttp, describeNetworkError, type Http } from "../download/http.ts";
import { createMeter, type Meter } from "../download/meter.ts";
import { type RetryPolicy, withRetries } from "../download/retry.ts";
import { TransientError } from "../download/transient_error.ts";
import { hashFile, syncPath } from "../files/files.ts";
import type { PinnedFile } from "./pins.ts";

const STALL_SECONDS = 60;

/**
 * Makes `place` a file with exactly the pinned bytes. It is downloaded as `<place>.part`, which a broken connection or
 * a killed process leaves for the next attempt to go on with (where the server honours Range), and renamed when its
 * sha256 is right; a wrong one is removed. One process at a time: the caller holds a lock.
 * Throws ExpectedError with the URL.
 */
export async function downloadPinned(
  url: string,
  place: string,
  pin: PinnedFile,
  policy: RetryPolicy,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const part = `${place}.part`;
  await mkdir(dirname(place), { recursive: true });
  const http = createHttp({ env, timeoutSeconds: STALL_SECONDS, now: policy.clock.now });
  const meter = createMeter(basename(place), policy);
  try {
    await withRetries(policy, url, () => fetchRest(http, url, part, pin, meter));
  } finally {
    await http.close();
  }
  await requireHash(url, part, pin);
  await syncPath(part);
  await rename(part, place);
}

/** Requests what is missing of `part` and appends it. Throws TransientError when the answer ends early. */
async function fetchRest(
  http: Http,
  url: string,
  part: string,
  pin: PinnedFile,
  meter: Meter,
): Promise<void> {
  const have = await sizeOf(part);
  if (have === pin.bytes) return;
  const from = have > pin.bytes ? 0 : have;
  const { status, headers, body } = await http.get(url, from === 0 ? {} : { range: `bytes=${from}-` });
  const goesOn = status === 206 && (headers["content-range"] ?? "").startsWith(`bytes ${from}-`);
  if (status !== 200 && !goesOn) {
    body.destroy();
    await rm(part, { force: true });
    throw new TransientError(`the answer ${status} does not go on where the part ends; beginning anew`);
  }
  let size = goesOn ? from : 0;
  body.on("data", (chunk: Buffer) => {
    size += chunk.length;
    meter.show(size, pin.bytes);
  });
  try {
    await pipeline(body, createWriteStream(part, { flags: goesOn ? "a" : "w" }));
  } catch (error) {
    if (hasCode(error, "ENOSPC", "EDQUOT", "EACCES", "EROFS")) throw error;
    throw new TransientError(describeNetworkError(error), { progressed: size > from, cause: error });
  }
  if (size < pin.bytes) {
    throw new TransientError(`${size} bytes came of ${pin.bytes}`, { progressed: size > from });
  }
}

async function requireHash(url: string, part: string, pin: PinnedFile): Promise<void> {
  const { sha256 } = await hashFile(part);
  if (sha256 === pin.sha256) return;
  await rm(part);
  throw new ExpectedError(
    `${url} has sha256 ${sha256}, but ${pin.sha256} is expected: what came is removed; run it again, or ` +
      "look at DISCOGS_MAVEN_MIRROR",
  );
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return 0;
    throw error;
  }
}
