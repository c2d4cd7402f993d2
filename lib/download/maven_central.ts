import type { Logger } from "../cli/log.ts";
import { systemClock } from "./clock.ts";
import { downloadPinned, type PinnedFile } from "./pinned_file.ts";

const MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2";
const RETRIES = 5;
const MAX_WAIT_SECONDS = 120;

/** URL of a Maven Central file: at Maven Central itself, or at the repository in `DISCOGS_MAVEN_MIRROR`. */
export function mavenUrl(path: string, env: NodeJS.ProcessEnv): string {
  const mirror = env.DISCOGS_MAVEN_MIRROR;
  const base = mirror === undefined || mirror === "" ? MAVEN_CENTRAL : mirror.replace(/\/+$/, "");
  return `${base}/${path}`;
}

/** Downloads a pinned file of Maven Central to `place`: see {@link downloadPinned}. */
export async function downloadFromMaven(
  pin: PinnedFile,
  place: string,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<void> {
  const policy = { retries: RETRIES, maxWaitSeconds: MAX_WAIT_SECONDS, clock: systemClock, log };
  await downloadPinned(mavenUrl(pin.path, env), place, pin, policy, env);
}
