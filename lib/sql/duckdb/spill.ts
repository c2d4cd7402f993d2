import { hostname } from "node:os";
import { join } from "node:path";
import { hasCode } from "../../cli/errors.ts";
import { namesIn, removeTree } from "../../lake/files.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../../lake/paths.ts";

const PREFIX = `duckdb.${hostname()}`;
let sessions = 0;

/**
 * A directory name in `parent` for one session to spill to, not made yet. What sessions of this machine left there
 * when they were killed is removed.
 */
export async function spillDirectory(parent: string): Promise<string> {
  for (const name of await namesIn(parent)) {
    const pid = ownerOf(name);
    if (pid !== undefined && !isAlive(pid)) await removeTree(join(parent, name));
  }
  sessions += 1;
  return join(parent, temporaryName(`${PREFIX}.${sessions}`));
}

function ownerOf(name: string): number | undefined {
  if (!name.startsWith(`${TEMPORARY_PREFIX}${PREFIX}.`)) return undefined;
  const pid = /\.\d+\.(\d+)$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}
