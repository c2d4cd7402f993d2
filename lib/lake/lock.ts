import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { assertWritable } from "./guard.ts";
import { TEMPORARY_PREFIX } from "./paths.ts";
import { processStart } from "./process_identity.ts";

const lockOwner = z.object({
  pid: z.int().positive(),
  /** See {@link processStart}. */
  start: z.string(),
  host: z.string(),
  /** What the owner does, for the message to the second one. */
  what: z.string(),
  since: z.iso.datetime(),
  /** Makes this taking of the lock different from every other. */
  token: z.uuid(),
});

/** Who holds a lock: the content of the lock file. */
export type LockOwner = z.infer<typeof lockOwner>;

/**
 * Runs `fn` while this process holds the lock file at `path`, and removes the file afterwards.
 * Throws ExpectedError (exit 2) that names the pid when a live process holds it, be it this one. A lock whose owner
 * is dead is taken over. An owner on another host counts as alive, since it can't be asked.
 */
export async function withLock<T>(path: string, what: string, fn: () => Promise<T>): Promise<T> {
  const token = acquireLock(path, what);
  try {
    return await fn();
  } finally {
    releaseLock(path, token);
  }
}

/** The live owner of a lock, or undefined when it is free or its owner is dead. */
export function liveOwner(path: string): LockOwner | undefined {
  const owner = readOwner(path);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

/** Throws the same ExpectedError when a live process holds the lock, and does not take it. */
export function requireFree(path: string): void {
  const owner = liveOwner(path);
  if (owner !== undefined) throw new ExpectedError(heldMessage(path, owner));
}

/** Takes the lock and returns the token that releases it. */
function acquireLock(path: string, what: string): string {
  assertWritable(path, { entry: true });
  mkdirSync(dirname(path), { recursive: true });
  const token = randomUUID();
  while (!createLock(path, what, token)) {
    const owner = readOwner(path);
    if (owner === undefined) continue;
    if (isAlive(owner)) throw new ExpectedError(heldMessage(path, owner));
    removeStaleLock(path, owner);
  }
  return token;
}

/** The file appears with its content, or not at all (false: another one is there), since it is linked, not opened. */
function createLock(path: string, what: string, token: string): boolean {
  const start = processStart(process.pid) ?? "";
  const since = new Date().toISOString();
  const owner: LockOwner = { pid: process.pid, start, host: hostname(), what, since, token };
  const temporary = join(dirname(path), `${TEMPORARY_PREFIX}${token}`);
  writeFileSync(temporary, `${JSON.stringify(owner)}\n`, { flag: "wx" });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Removes the lock that a dead owner left. Two processes may get here with the same stale owner, and the slower one
 * must not remove the lock that the faster one has taken since: so only the holder of a second lock, named after
 * this one's token, removes it, and looks once more before. That second lock can be stale in the same way.
 */
function removeStaleLock(path: string, stale: LockOwner): void {
  const takeover = join(dirname(path), `${TEMPORARY_PREFIX}takeover.${stale.token}`);
  const token = acquireLock(takeover, `taking over ${basename(path)}`);
  try {
    if (readOwner(path)?.token === stale.token) rmSync(path);
  } finally {
    releaseLock(takeover, token);
  }
}

function releaseLock(path: string, token: string): void {
  if (readOwner(path)?.token === token) rmSync(path);
}

function isAlive(owner: LockOwner): boolean {
  return owner.host !== hostname() || processStart(owner.pid) === owner.start;
}

function readOwner(path: string): LockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  const owner = lockOwner.safeParse(parseJson(text));
  if (owner.success) return owner.data;
  throw new ExpectedError(`${path} is not a lock file of this program: look at it and remove it`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function heldMessage(path: string, owner: LockOwner): string {
  const who = owner.pid === process.pid && owner.host === hostname() ? " (this process)" : "";
  const begin = `locked by pid ${owner.pid}${who} (${owner.what}, since ${owner.since})`;
  return owner.host === hostname()
    ? `${begin}: wait for it or end it; the lock is ${path}`
    : `${begin} on host ${owner.host}: if that process is gone, remove ${path}`;
}
