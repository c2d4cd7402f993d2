import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { cacheHome } from "./cache_home.mjs";

/**
 * The cache directory, outside of checkout and lake, in `$XDG_CACHE_HOME` or `~/.cache`.
 * @throws ExpectedError for a user without a home directory
 */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const home = cacheHome(env);
  if (home !== undefined) return join(home, "discogs-data-lake");
  throw new ExpectedError(
    "this user has no home directory: set HOME or XDG_CACHE_HOME to an absolute path, where programs are installed",
  );
}
