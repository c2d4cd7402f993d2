import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { INTERRUPTS } from "../cli/interrupt.ts";

const GRACE_MS = 15_000;
const POLL_MS = 50;
const WATCH_MS = 250;
/** A process that left the group may keep its output open forever. */
const OUTPUT_MS = 2000;

/** A program to run in its own process group. */
export interface GroupCommand {
  program: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** When this process is no longer our parent, the group is ended as by SIGTERM. */
  parent?: number | undefined;
  /** Ends the group as by SIGTERM when it is aborted. */
  signal?: AbortSignal | undefined;
  /** Receives the group's output, which otherwise goes to our own. */
  output?: GroupOutput | undefined;
}

/** The output of a process group, as it arrives. */
export interface GroupOutput {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/**
 * Runs a program in its own process group, without input, and returns its exit code, or 128 plus the signal's number. Forwards
 * our signals to the whole group. When the program has ended, ends what it left running in the group: a killed digdag leaves its
 * task's process writing.
 */
export async function runInGroup(command: GroupCommand): Promise<number> {
  const { cwd, env, output } = command;
  const print = output === undefined ? "inherit" : "pipe";
  const child = spawn(command.program, command.args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", print, print],
  });
  const ended = once(child, "exit");
  const allPrinted = Promise.all([
    printed(child.stdout, output?.stdout),
    printed(child.stderr, output?.stderr),
  ]);
  const group = await startedGroup(child.pid, ended, command.program);
  const end = (signal: NodeJS.Signals) => signalGroup(group, signal);
  const abort = () => end("SIGTERM");
  for (const signal of INTERRUPTS) process.on(signal, end);
  command.signal?.addEventListener("abort", abort);
  if (command.signal?.aborted) abort();
  const watch = setInterval(() => {
    if (command.parent !== undefined && process.ppid !== command.parent) end("SIGTERM");
  }, WATCH_MS);
  try {
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    await endGroup(group);
    await Promise.race([allPrinted, sleep(OUTPUT_MS, undefined, { ref: false })]);
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    clearInterval(watch);
    for (const signal of INTERRUPTS) process.off(signal, end);
    command.signal?.removeEventListener("abort", abort);
  }
}

/** Forwards a stream until its end. */
async function printed(stream: Readable | null, take: ((chunk: Buffer) => void) | undefined): Promise<void> {
  if (stream === null || take === undefined) return;
  for await (const chunk of stream) take(chunk);
}

async function startedGroup(pid: number | undefined, ended: Promise<unknown>, program: string) {
  if (pid !== undefined) return pid;
  try {
    await ended;
  } catch (error) {
    throw new ExpectedError(`cannot start ${program}`, { cause: error });
  }
  throw new ExpectedError(`cannot start ${program}`);
}

async function endGroup(group: number): Promise<void> {
  if (!signalGroup(group, "SIGTERM")) return;
  for (const deadline = performance.now() + GRACE_MS; performance.now() < deadline; await sleep(POLL_MS)) {
    if (!signalGroup(group, 0)) return;
  }
  signalGroup(group, "SIGKILL");
}

/** False when no process of the group is left. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
}
