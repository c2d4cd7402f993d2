import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hasCode } from "../cli/errors.ts";

/**
 * When a process started, as text that is equal for the same process only: with the pid it tells a process from a
 * later one of the same number. Undefined when there is no such process, or only its unreaped remains (a zombie).
 * On Linux it is the machine's boot and the clock ticks since then (`/proc`), elsewhere what `ps` prints.
 */
export function processStart(pid: number): string | undefined {
  const boot = readIfThere("/proc/sys/kernel/random/boot_id");
  return boot === undefined ? startFromPs(pid) : startFromProc(pid, boot.trim());
}

function startFromProc(pid: number, boot: string): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
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
    // ps ends with 1 when no process has the pid.
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
