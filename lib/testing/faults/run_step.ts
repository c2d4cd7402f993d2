import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { type Fault, injected } from "./preload.ts";
import type { Command } from "./steps.ts";

/** A step that takes longer is considered hanging. */
const TIMEOUT_MS = 180_000;

/** What a step needs in addition to its directory. */
export interface Machine {
  /** The preload library. */
  library: string;
  /** Path of a script's bundle. */
  bundles: ReadonlyMap<string, string>;
  /** For files outside of the lake: the log of calls, and the system's temporary files. */
  scratch: string;
}

/** How a step ended under a fault. */
export interface StepEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  /** The process's calls that change something below the directory. */
  calls: string;
  /** Whether the call to fail was reached. */
  struck: boolean;
}

/** Runs a step on a directory, on the embedded engine, with or without a fault. */
export async function runStep(step: Command, dir: string, machine: Machine, fault?: Fault): Promise<StepEnd> {
  const bundle = machine.bundles.get(step.script);
  if (bundle === undefined) throw new TypeError(`${step.script} is not bundled`);
  const log = `${dir}.calls`;
  rmSync(log, { force: true });
  const child = spawn(process.execPath, [bundle, ...step.args(dir)], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: machine.scratch,
      ...injected(machine.library, dir, log, fault),
    },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGABRT",
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const [code, signal] = await once(child, "close");
  const calls = existsSync(log) ? readFileSync(log, "utf8") : "";
  rmSync(log, { force: true });
  return { code, signal, stderr, calls, struck: /^!/m.test(calls) };
}
