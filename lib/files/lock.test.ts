import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { startScript } from "../lake/testing/run_script.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import { scriptArguments } from "../testing/script_arguments.ts";
import { liveOwner, requireFree, withLock } from "./lock.ts";

const lockPath = () => join(scratchDirectory(), "locks", "run.lock");

/** A lock file with this content, left by a process that is gone. */
function leftLock(content: string): string {
  const path = lockPath();
  mkdirSync(dirname(path));
  writeFileSync(path, content);
  return path;
}

/** Starts a process and resolves once it holds the lock. */
async function startHolder(path: string, what: string) {
  const child = startScript("lib/lake/testing/lock_holder.ts", [path, what]);
  child.stderr?.pipe(process.stderr);
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  return child;
}

test("holds the lock while the work runs and removes it afterwards, even after a failure", async () => {
  const path = lockPath();
  const result = await withLock(path, "ingest", async () => {
    assert.equal(liveOwner(path)?.pid, process.pid);
    assert.match(readFileSync(path, "utf8"), /"what":"ingest"/);
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
  assert.equal(liveOwner(path), undefined);
});

test("refuses a second holder, even in the same process, and names the pid", async () => {
  const path = lockPath();
  await withLock(path, "ingest of a month", async () => {
    const second = withLock(path, "seal", async () => {});
    await assert.rejects(second, (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, new RegExp(`pid ${process.pid} \\(this process\\) \\(ingest of a month`));
      return true;
    });
    assert.throws(() => requireFree(path), /locked by pid \d+/);
    assert.equal(liveOwner(path)?.what, "ingest of a month");
  });
});

test("another process keeps its lock while it lives, and the lock ends with it", async () => {
  const path = lockPath();
  const holder = await startHolder(path, "ingest of a month");
  try {
    const expected = new RegExp(`locked by pid ${holder.pid} \\(ingest of a month, since .*: wait for it`);
    await assert.rejects(
      withLock(path, "seal", async () => {}),
      expected,
    );
    assert.throws(() => requireFree(path), expected);
  } finally {
    holder.kill("SIGKILL");
    await once(holder, "exit");
  }
  assert.equal(existsSync(path), true);
  assert.equal(liveOwner(path), undefined);
  assert.equal(await withLock(path, "seal", async () => "taken"), "taken");
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test("a lock file that no one holds is free, whatever it contains", async () => {
  const since = "2026-01-20T19:49:23.000Z";
  const elsewhere = { pid: 1, host: "elsewhere.example", start: "then", what: "ingest", since };
  for (const content of ["", '{"pid":', "\0\0\0\0", JSON.stringify(elsewhere), `{"pid":${process.pid}}`]) {
    const path = leftLock(content);
    assert.equal(liveOwner(path), undefined);
    assert.equal(await withLock(path, "seal", async () => "taken"), "taken");
    assert.deepEqual(readdirSync(dirname(path)), []);
  }
});

test("a lock file that is removed between being opened and being locked is not the lock", async (t) => {
  const path = leftLock("");
  const { openSync } = fs;
  const opened = t.mock.method(fs, "openSync", (...given: Parameters<typeof openSync>) => {
    const fd = openSync(...given);
    if (opened.mock.callCount() === 0) unlinkSync(path);
    return fd;
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  await withLock(path, "first", async () => {
    await assert.rejects(
      withLock(path, "second", async () => {}),
      /^ExpectedError: locked by pid/,
    );
  });
  assert.ok(opened.mock.callCount() > 1);
});

test("respects and names an owner in a container with another host name", async () => {
  const path = lockPath();
  await withLock(path, "ingest", async () => {
    const owner = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...owner, host: "elsewhere.example" }));
    await assert.rejects(
      withLock(path, "seal", async () => {}),
      new RegExp(`locked by pid ${process.pid} on host elsewhere\\.example \\(ingest`),
    );
  });
});

test("an owner that has not written its name yet holds the lock", async () => {
  const path = lockPath();
  await withLock(path, "ingest", async () => {
    writeFileSync(path, "");
    await assert.rejects(
      withLock(path, "seal", async () => {}),
      /locked by a process that has not written its name yet/,
    );
  });
});

test("refuses a lock that is a link, and writes nothing to its target", async () => {
  const path = lockPath();
  mkdirSync(dirname(path));
  writeFileSync(join(dirname(path), "other"), "kept");
  symlinkSync("other", path);
  await assert.rejects(
    withLock(path, "seal", async () => {}),
    { name: "ExpectedError", message: /symbolic link/ },
  );
  assert.equal(readFileSync(join(dirname(path), "other"), "utf8"), "kept");
});

test("checking whether a lock is free does not keep others from taking it", async () => {
  const path = lockPath();
  for (let round = 0; round < 100; round++) {
    const taken = withLock(path, "ingest", async () => round);
    liveOwner(path);
    assert.equal(await taken, round);
  }
});

test("many processes, some of them killed, never hold a lock together", async () => {
  const path = lockPath();
  const marker = join(dirname(dirname(path)), "inside");
  const script = "lib/lake/testing/lock_contender.ts";
  const contenders = ["", "", "0", "5"].map((fatalRound) =>
    spawn(process.execPath, scriptArguments(script, path, marker, "40", fatalRound), {
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const ends = await Promise.all(contenders.map((child) => once(child, "exit")));
  assert.deepEqual(
    ends.map(([code, signal]) => code ?? signal),
    [0, 0, "SIGKILL", "SIGKILL"],
  );
  assert.equal(existsSync(marker), false);
  assert.deepEqual(readdirSync(dirname(path)), []);
});
