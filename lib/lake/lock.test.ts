import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ExpectedError } from "../cli/errors.ts";
import { liveOwner, withLock } from "./lock.ts";
import { processStart } from "./process_identity.ts";
import { scratchDirectory } from "./testing/scratch.ts";

const lockPath = () => join(scratchDirectory(), "locks", "run.lock");

function writeLock(path: string, owner: { pid: number; start: string; host?: string }) {
  const rest = { what: "ingest", since: "2026-01-20T19:49:23.000Z", token: crypto.randomUUID() };
  writeFileSync(path, JSON.stringify({ host: hostname(), ...owner, ...rest }));
}

async function staleLock(owner: { pid: number; start: string; host?: string }) {
  const path = lockPath();
  await withLock(path, "making the directory", async () => {});
  writeLock(path, owner);
  return path;
}

test("the lock is there while the work runs and gone afterwards, also after a failure", async () => {
  const path = lockPath();
  const result = await withLock(path, "ingest", async () => {
    assert.equal(liveOwner(path)?.pid, process.pid);
    return 7;
  });
  assert.equal(result, 7);
  await assert.rejects(
    withLock(path, "ingest", async () => {
      throw new Error("broken");
    }),
    /broken/,
  );
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test("a second holder is refused and told the pid, in the same process too", async () => {
  const path = lockPath();
  await withLock(path, "ingest of a month", async () => {
    const second = withLock(path, "seal", async () => {});
    await assert.rejects(second, (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, new RegExp(`pid ${process.pid} .*ingest of a month`));
      return true;
    });
    assert.equal(liveOwner(path)?.what, "ingest of a month");
  });
});

test("a live process of another program keeps its lock", async () => {
  const child = spawn("sleep", ["30"]);
  try {
    const pid = child.pid ?? 0;
    const path = await staleLock({ pid, start: processStart(pid) ?? "" });
    await assert.rejects(
      withLock(path, "seal", async () => {}),
      new RegExp(`locked by pid ${pid} `),
    );
  } finally {
    child.kill("SIGKILL");
  }
});

test("the lock of a dead process, or of a pid that is another process now, is taken over", async () => {
  const child = spawn("true");
  await once(child, "exit");
  const dead = await staleLock({ pid: child.pid ?? 0, start: "then" });
  assert.equal(liveOwner(dead), undefined);
  assert.equal(await withLock(dead, "seal", async () => "taken"), "taken");
  const reused = await staleLock({ pid: process.pid, start: "long ago" });
  assert.equal(await withLock(reused, "seal", async () => "taken"), "taken");
  assert.deepEqual(readdirSync(dirname(reused)), []);
});

test("an owner on another host can't be asked, so it keeps the lock", async () => {
  const path = await staleLock({ pid: 1, start: "then", host: "elsewhere.example" });
  await assert.rejects(
    withLock(path, "seal", async () => {}),
    /host elsewhere\.example.*remove/,
  );
});

test("a file that is not a lock is not taken for one", async () => {
  const path = await staleLock({ pid: 1, start: "then" });
  writeFileSync(path, "");
  await assert.rejects(
    withLock(path, "seal", async () => {}),
    /not a lock file/,
  );
});

test("many processes that keep finding stale locks never hold one together", async () => {
  const path = lockPath();
  const marker = join(dirname(dirname(path)), "inside");
  const script = fileURLToPath(new URL("./testing/lock_contender.ts", import.meta.url));
  const env = { ...process.env, LOCK_TEST_HOST: hostname() };
  const contenders = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["--import", "tsx", script, path, marker, "40"], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const codes = await Promise.all(contenders.map(async (child) => (await once(child, "exit"))[0]));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal(existsSync(marker), false);
});

test("a zombie is not alive", async () => {
  // The shell becomes a program that never reaps the child which it inherits; the child ends when that has happened.
  const child = 'until [ "$(cat /proc/$PPID/comm)" = sleep ]; do :; done';
  const parent = spawn("sh", ["-c", `sh -c '${child}' & echo $!; exec sleep 30`]);
  try {
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line).trim());
    while (processStart(pid) !== undefined) await new Promise((done) => setTimeout(done, 5));
    process.kill(pid, 0);
  } finally {
    parent.kill("SIGKILL");
  }
});
