import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { downloadPart } from "../download/download_file.ts";
import { createHttp } from "../download/http.ts";
import { DEFAULT_LIMITS } from "../download/limits.ts";
import { partPath, publishPart, removePart, sizeOf } from "../download/part_file.ts";
import type { RetryPolicy } from "../download/retry.ts";
import type { PinnedFile } from "./pins.ts";

const STALL_SECONDS = 60;
const ADVICE = "look at DISCOGS_MAVEN_MIRROR";

/**
 * Makes `place` a file with exactly the pinned bytes. What a broken connection or a killed process has left of it is
 * gone on with (see {@link downloadPart}); it is put in its place when its sha256 is right, and a wrong one is removed.
 * One process at a time: the caller holds a lock.
 * @throws ExpectedError with the URL
 */
export async function downloadPinned(
  url: string,
  place: string,
  pin: PinnedFile,
  policy: RetryPolicy,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const have = await sizeOf(partPath(place));
  if (have > pin.bytes) await removePart(place);
  if (have !== pin.bytes) await download(url, place, pin, policy, env);
  const sha256 = await publishPart(place, pin.sha256);
  if (sha256 === pin.sha256) return;
  throw new ExpectedError(
    `${url} has sha256 ${sha256}, but ${pin.sha256} is expected: what came is removed; run it again, or ${ADVICE}`,
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
  const http = createHttp({ env, timeoutSeconds: STALL_SECONDS, now: clock.now });
  const bounds = { limits: { ...DEFAULT_LIMITS, fileBytes: pin.bytes }, clock, began: clock.now() };
  const file = { name: basename(place), url, tooLong: `which is not the pinned file; ${ADVICE}` };
  try {
    await downloadPart({ http, policy, bounds }, file, place);
  } finally {
    await http.close();
  }
}
