import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hasCode } from "../cli/errors.ts";

/**
 * The start of a process as a text which, with the pid, distinguishes it from a later process of the same pid. Undefined if
 * there is no such process or it is a zombie. On Linux, boot id and clock ticks since boot (`/proc`); elsewhere the output of
 * `ps`.
 */
export function processStart(pid: number): string | undefined {
  const boot = readIfThere("/proc/sys/kernel/random/boot_id");
  return boot === undefined ? startFromPs(pid) : startFromProc(pid, boot.trim());
}

function startFromProc(pid: number, boot: string): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself contain blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const ticks = fields[19];
  return state === "Z" || state === "X" ? undefined : `${boot} ${ticks}`;
}

function startFromPs(pid: number): string | undefined {
  try {
    const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C", TZ: "UTC" } } as const;
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], options).trim();
    const [state = "Z", ...start] = line.split(/\s+/);
    return state.startsWith("Z") ? undefined : start.join(" ");
  } catch (error) {
    // ps exits with 1 if no process has the pid.
    if (error instanceof Error && "status" in error && error.status === 1) return undefined;
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
