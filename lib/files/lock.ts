import { closeSync, fsyncSync, ftruncateSync, readSync, unlinkSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import { removeWhenInterrupted } from "../cli/interrupt.ts";
import { withPath } from "../cli/system_error.ts";
import { makeDirectory, syncPath } from "./files.ts";
import { assertWritable } from "./guard.ts";
import { askKernel, isCurrent, openLockFile, openLockFileIfThere } from "./kernel_lock.ts";

const lockOwner = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** What the owner is doing, for the message to others. */
  what: z.string(),
  since: z.iso.datetime(),
});

/**
 * The owner of a lock: the content of the lock file. For messages only; the kernel decides whether the lock is held. Empty for
 * an owner that has not written yet or could not.
 */
export type LockOwner = Partial<z.infer<typeof lockOwner>>;

/** More than the size of any lock file. */
const MAX_OWNER_BYTES = 4096;
/** How often, and at what interval in milliseconds, to look for an owner that has not written yet. */
const OWNER_READS = 20;
const PAUSE_MS = 10;

/**
 * Runs `fn` while this process holds the lock at `path`, and removes its file afterwards. Throws an ExpectedError (exit 2) that
 * names the pid when another process, or this one, holds it. The kernel manages the lock (decision 0090): it is released however
 * the process ends, and a leftover file is free.
 */
export async function withLock<T>(path: string, what: string, fn: () => Promise<T>): Promise<T> {
  const release = await acquireLock(path, what);
  try {
    await syncPath(dirname(path));
    return await fn();
  } finally {
    release();
  }
}

/** The owner of a lock, or undefined when it is free. */
export function liveOwner(path: string): LockOwner | undefined {
  for (;;) {
    const fd = openLockFileIfThere(path);
    if (fd === undefined) return undefined;
    try {
      if (askKernel(fd, path, { shared: true })) return undefined;
      if (isCurrent(fd, path)) return readOwner(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** Throws the same ExpectedError when a live process holds the lock. Does not take it. */
export function requireFree(path: string): void {
  const owner = liveOwner(path);
  if (owner !== undefined) throw heldError(path, owner);
}

/** An owner as messages name it: `pid 12 (sealing run X, since 2026-01-20T19:49:23.000Z)`. */
export function ownerText({ pid, host, what, since }: LockOwner): string {
  if (pid === undefined) return "a process that has not written its name yet";
  const isHere = host === hostname();
  const where = isHere ? (pid === process.pid ? " (this process)" : "") : ` on host ${host}`;
  return `pid ${pid}${where} (${what}, since ${since})`;
}

/** Takes the lock and returns the function that releases it, which an interruption does as well. */
async function acquireLock(path: string, what: string): Promise<() => void> {
  assertWritable(path, { entry: true });
  await makeDirectory(dirname(path));
  for (;;) {
    const fd = openLockFile(path, { create: true });
    try {
      const state = tryToTake(fd, path, what);
      if (state === "held") throw heldError(path, await ownerSoon(fd));
      if (state === "taken") return releasable(fd, path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    closeSync(fd);
    await sleep(Math.random() * PAUSE_MS);
  }
}

function releasable(fd: number, path: string): () => void {
  const isReleased = removeWhenInterrupted(() => releaseLock(fd, path));
  return () => {
    isReleased();
    releaseLock(fd, path);
  };
}

/** `again`: the previous holder removed the file, or others are checking whether it is free, under a shared lock. */
function tryToTake(fd: number, path: string, what: string): "taken" | "held" | "again" {
  const given = askKernel(fd, path, { shared: false });
  if (!isCurrent(fd, path)) return "again";
  if (!given) return askKernel(fd, path, { shared: true }) ? "again" : "held";
  writeOwner(fd, path, what);
  return "taken";
}

function writeOwner(fd: number, path: string, what: string): void {
  const owner = { pid: process.pid, host: hostname(), what, since: new Date().toISOString() };
  try {
    ftruncateSync(fd);
    writeSync(fd, `${JSON.stringify(owner)}\n`, 0);
    fsyncSync(fd);
  } catch (error) {
    throw withPath(error, path);
  }
}

/** Reads the owner, who writes just after the kernel grants the lock. */
async function ownerSoon(fd: number): Promise<LockOwner> {
  for (let reads = 1; reads < OWNER_READS; reads++) {
    const owner = readOwner(fd);
    if (owner.pid !== undefined) return owner;
    await sleep(PAUSE_MS);
  }
  return readOwner(fd);
}

function readOwner(fd: number): LockOwner {
  const buffer = Buffer.alloc(MAX_OWNER_BYTES);
  const text = buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, 0));
  return lockOwner.safeParse(parseJson(text)).data ?? {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Removes the file first, while no one else can hold it: another process that has opened it sees that it is gone. */
function releaseLock(fd: number, path: string): void {
  try {
    if (isCurrent(fd, path)) unlinkSync(path);
  } finally {
    closeSync(fd);
  }
}

function heldError(path: string, owner: LockOwner): ExpectedError {
  return new ExpectedError(`locked by ${ownerText(owner)}: wait for it or end it; the lock is ${path}`);
}
