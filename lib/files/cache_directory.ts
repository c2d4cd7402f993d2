import { homedir } from "node:os";
import { join } from "node:path";

/** The cache directory, outside of checkout and lake: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "discogs-data-lake");
}
