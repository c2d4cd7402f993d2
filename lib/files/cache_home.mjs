import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The directory of the user's caches: `$XDG_CACHE_HOME`, unless it is relative, or `~/.cache`. Undefined for a user without a home
 * directory.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheHome({ XDG_CACHE_HOME: cache = "", HOME: home = "" }) {
  if (isAbsolute(cache)) return cache;
  if (isAbsolute(home)) return join(home, ".cache");
  try {
    return join(userInfo().homedir, ".cache");
  } catch {
    // A process in a container may have an id that no user has.
    return undefined;
  }
}
