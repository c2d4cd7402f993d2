import { homedir } from "node:os";
import { join } from "node:path";

/** Where things that can be made again are kept, outside of checkout and lake: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "discogs-data-lake");
}
