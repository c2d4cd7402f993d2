import { basename, dirname } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { makeDirectory } from "../files/files.ts";
import type { Clock } from "./clock.ts";
import { downloadPart } from "./download_file.ts";
import { createHttp, type Http } from "./http.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { partPath, publishPart, removePart, sizeOf } from "./part_file.ts";
import type { RetryPolicy } from "./retry.ts";

/** A Maven Central file, by its path in the repository; the hash is what makes a mirror trustworthy. */
export interface PinnedFile {
  path: string;
  bytes: number;
  sha256: string;
}

const STALL_SECONDS = 60;
const ADVICE = "look at DISCOGS_MAVEN_MIRROR";

/** Creates an HTTP client for files of Maven Central or its mirror. */
export function mavenHttp(env: NodeJS.ProcessEnv, clock: Clock): Http {
  const advice = { missing: ADVICE, refused: ADVICE };
  return createHttp({ env, timeoutSeconds: STALL_SECONDS, now: clock.now, advice });
}

/**
 * Ensures that `place` has exactly the pinned bytes. An interrupted download is resumed (see {@link
 * downloadPart}), or repeated from the beginning if what was there is damaged. The file is put in place if its sha256 matches,
 * and removed otherwise. The caller holds a lock, so that only one process does this at a time.
 *
 * @throws ExpectedError with the URL
 */
export async function downloadPinned(
  url: string,
  place: string,
  pin: PinnedFile,
  policy: RetryPolicy,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await makeDirectory(dirname(place));
  const have = await sizeOf(partPath(place));
  if (have > pin.bytes) await removePart(place);
  if (have !== pin.bytes) await download(url, place, pin, policy, env);
  let sha256 = await publishPart(place, pin.sha256);
  if (sha256 !== pin.sha256 && have > 0) {
    // The part that was there, not the server's file, may be damaged, e.g. by a power failure.
    await download(url, place, pin, policy, env);
    sha256 = await publishPart(place, pin.sha256);
  }
  if (sha256 === pin.sha256) return;
  throw new ExpectedError(
    `${url} has sha256 ${sha256}, but ${pin.sha256} is expected: the file was removed; run it again, or ${ADVICE}`,
  );
}

async function download(
  url: string,
  place: string,
  pin: PinnedFile,
  policy: RetryPolicy,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { clock } = policy;
  const http = mavenHttp(env, clock);
  const bounds = { limits: { ...DEFAULT_LIMITS, fileBytes: pin.bytes }, clock, began: clock.now() };
  const file = { name: basename(place), url, tooLong: `which is not the pinned file; ${ADVICE}` };
  try {
    await downloadPart({ http, policy, bounds }, file, place);
  } finally {
    await http.close();
  }
}
