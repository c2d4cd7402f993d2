import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Logger } from "../cli/log.ts";
import { downloadFromMaven } from "../download/maven_central.ts";
import { cacheDirectory } from "../files/cache_directory.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { s3mock } from "./pins.ts";

/** How long an installer waits for another. */
const WAIT_MS = 10 * 60_000;

/** Returns the server's jar in the cache, downloading (31 MB) and verifying it if missing. */
export async function installS3Server(env: NodeJS.ProcessEnv, log: Logger): Promise<string> {
  const place = join(cacheDirectory(env), "s3mock", basename(s3mock.path));
  if (existsSync(place)) return place;
  await withLockAfter(`${place}.lock`, "downloading S3Mock", waitAloud(WAIT_MS, log), async () => {
    if (existsSync(place)) return;
    log.info(`downloading S3Mock into ${place} (31 MB, once)`);
    await downloadFromMaven(s3mock, place, env, log);
  });
  return place;
}
