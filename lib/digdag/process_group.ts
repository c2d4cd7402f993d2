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
/** A process that left the group may keep its output open for ever. */
const OUTPUT_MS = 2000;

/** A program that is run in a process group of its own. */
export interface GroupCommand {
  program: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** When this process is no longer the parent of ours, the group is ended as by SIGTERM. */
  parent: number | undefined;
  /** Takes what the group prints; without it, that goes where our own output goes. */
  output?: GroupOutput | undefined;
}

/** What a group of processes prints, as it comes. */
export interface GroupOutput {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/**
 * Runs a program in a process group of its own, without input, and returns its exit code, or 128
 * and the signal's number. Signals that we get go to the whole group. When the program has ended, whatever it left
 * running in its group is ended too: a digdag that was killed leaves its task's process writing.
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
  for (const signal of INTERRUPTS) process.on(signal, end);
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
  }
}

/** Hands on what a stream gives until its end. */
async function printed(stream: Readable | null, take: ((chunk: Buffer) => void) | undefined): Promise<void> {
  if (stream === null || take === undefined) return;
  for await (const chunk of stream) take(chunk);
}

async function startedGroup(pid: number | undefined, ended: Promise<unknown>, program: string) {
  if (pid !== undefined) return pid;
  try {
    await ended;
  } catch (error) {
    throw new ExpectedError(`${program} can't be started`, { cause: error });
  }
  throw new ExpectedError(`${program} can't be started`);
}

async function endGroup(group: number): Promise<void> {
  if (!signalGroup(group, "SIGTERM")) return;
  for (const deadline = Date.now() + GRACE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!signalGroup(group, 0)) return;
  }
  signalGroup(group, "SIGKILL");
}

/** False when nothing of the group is left. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
}
