import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../files/project_root.ts";
import { allSessions, type SessionRecord } from "../session.ts";

/** The outcome of a test's workflow. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A directory of workflows and a lake for tests with the real engine. */
export interface DigdagProject {
  dir: string;
  lake: string;
  /** Starts `bin/digdag` with these arguments. */
  start(args: string[], env?: NodeJS.ProcessEnv): ChildProcess;
  run(args: string[], env?: NodeJS.ProcessEnv): Promise<Finished>;
  /** Lines of the file `log`, to which tasks append their actions. */
  log(): string[];
  sessions(lake?: string): Promise<SessionRecord[]>;
  remove(): Promise<void>;
}

/** Creates a project with one workflow, `flow.dig`, in a directory whose name has a blank and quotes. */
export async function digdagProject(workflow: string): Promise<DigdagProject> {
  const base = await mkdtemp(join(tmpdir(), "digdag-test-"));
  const dir = join(base, "a 'workflow' folder");
  const lake = join(base, "lake");
  await mkdir(dir);
  await writeFile(join(dir, "flow.dig"), workflow);
  const start = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(join(projectRoot, "bin", "digdag"), args, {
      cwd: dir,
      env: { ...process.env, DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: "", DIGDAG: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    dir,
    lake,
    start,
    run: (args, env) => finish(start(args, env)),
    log: () => {
      const file = join(dir, "log");
      return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    },
    sessions: async (root = lake) => (await allSessions(root)).map(({ record }) => record),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/** Waits for the end of a process and collects its output. The code of one that ended by a signal is the one a shell reports. */
export async function finish(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code: signal === null ? code : 128 + constants.signals[signal], stdout, stderr };
}

/** Whether a process exists and is not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
