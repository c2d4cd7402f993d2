import { readdirSync, readFileSync } from "node:fs";
import { hasCode } from "../../cli/errors.ts";

/** The role of a process in a workflow. */
export type Role = "launcher" | "engine" | "script";

/** A process of a running workflow. */
export interface WorkflowProcess {
  pid: number;
  role: Role;
}

/** The processes that work on a lake: those with the lake in their environment. */
export function processesOf(lake: string): WorkflowProcess[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const environment = textOf(`/proc/${pid}/environ`).split("\0");
    const role = roleOf(textOf(`/proc/${pid}/cmdline`).split("\0"));
    return role !== undefined && environment.includes(`DISCOGS_DATA_LAKE=${lake}`)
      ? [{ pid: Number(pid), role }]
      : [];
  });
}

function roleOf([program = "", ...args]: string[]): Role | undefined {
  if (/(?:^|\/)java$/.test(program)) return "engine";
  if (!/(?:^|\/)node$/.test(program)) return undefined;
  return args.some((arg) => /\bbin\/digdag\.ts$/.test(arg)) ? "launcher" : "script";
}

/** Kills a process; ignores one that has ended. */
export function killNow({ pid }: Pick<WorkflowProcess, "pid">): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

/** Empty for a process that is gone or another user's. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return "";
    throw error;
  }
}
