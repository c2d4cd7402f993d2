import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { constants, platform } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../files/project_root.ts";
import { sqlError } from "../sql/sql_error.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { CheckFailedError, ExpectedError, hasCode } from "./errors.ts";
import { systemFailure, withPath, withState } from "./system_error.ts";

const ERRORS = new URL("errors.ts", import.meta.url).href;
const COMMAND = new URL("command.ts", import.meta.url).href;

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("a system error is one line with the path, and an exit code", (t) => {
  const dir = temporaryDirectory(t);
  writeFileSync(join(dir, "file"), "");
  assert.deepEqual(systemFailure(thrownBy(() => readFileSync(join(dir, "file", "x")))), {
    text: `${dir}/file/x: not a directory (ENOTDIR, open)`,
    exitCode: 2,
  });
  assert.equal(systemFailure(thrownBy(() => readFileSync(dir)))?.exitCode, 2);
  assert.equal(systemFailure(thrownBy(() => readFileSync(join(dir, "absent")))), undefined);
});

test("also one that comes from a thread, is a cause, names two paths, or is DuckDB's", () => {
  const rename = new Error("EROFS: read-only file system, rename '/a' -> '/b'");
  assert.equal(systemFailure(rename)?.text, "/a -> /b: read-only file system (EROFS, rename)");
  const wrapped = new Error("a thread failed", { cause: new Error("/p/x: EIO: i/o error, write") });
  assert.deepEqual(systemFailure(wrapped), { text: "/p/x: input/output error (EIO, write)", exitCode: 3 });
  const duckDb = new Error('IO Error: Could not write file "/x": No space left on device');
  assert.deepEqual(systemFailure(duckDb), { text: duckDb.message, exitCode: 2 });
  assert.equal(systemFailure(new Error("Parser Error: Permission denied")), undefined);
});

test("also one for which Node has no name", () => {
  const code = `Unknown system error -${constants.errno.EDQUOT}`;
  const error = Object.assign(new Error(`${code}: ${code}, open '/x'`), { code });
  assert.deepEqual(systemFailure(error), { text: "/x: disk quota exceeded (EDQUOT, open)", exitCode: 2 });
  assert.ok(hasCode(error, "EDQUOT"));
});

test("paths may contain quotation marks", () => {
  const make = new Error("a: ENOTDIR: not a directory, mkdir '/rock 'n' roll/x'; afterwards: it's full");
  assert.equal(
    systemFailure(make)?.text,
    "a: /rock 'n' roll/x: not a directory (ENOTDIR, mkdir); afterwards: it's full",
  );
  const rename = new Error("EROFS: read-only file system, rename '/it's' -> '/it's not'");
  assert.equal(systemFailure(rename)?.text, "/it's -> /it's not: read-only file system (EROFS, rename)");
});

test("a limit on virtual memory is named where a WebAssembly module doesn't fit", {
  skip: platform() !== "linux",
}, (t) => {
  const dump = join(temporaryDirectory(t), "labels.xml");
  writeFileSync(dump, "<labels><label><id>1</id><name>A</name></label></labels>");
  const script = join(projectRoot, "pipelines", "parse_labels_v10.ts");
  const args = [script, "--src", dump, "--out", join(dump, "..", "labels"), "--threads", "1"];
  const run = spawnSync(
    "sh",
    ["-c", 'ulimit -v 6000000; exec "$@"', "sh", process.execPath, "bin/run.mjs", ...args],
    { cwd: projectRoot, encoding: "utf8" },
  );
  if (run.status === 0) return t.skip("this version of Node reserves no address space for a module");
  assert.equal(run.status, 2, run.stderr);
  assert.match(
    run.stderr,
    /^pipelines\/parse_labels_v10\.ts: error: WebAssembly\S+ Out of memory.* \(ulimit -v\)\n$/,
  );
});

test("memory that the system refuses to DuckDB is not called a limit of DuckDB", () => {
  const advice = "Possible solutions: * Increasing the memory limit (SET memory_limit='...GB')";
  const refused = `Out of Memory Error: Failed to allocate block of 262144 bytes (bad allocation) ${advice}`;
  const text = "the system gives no more memory: free some, or raise its limit (ulimit -v)";
  assert.deepEqual(systemFailure(new Error(`part-00000.parquet: ${refused}`)), {
    text: `part-00000.parquet: ${text}`,
    exitCode: 2,
  });
  assert.equal(sqlError("duckdb", "SELECT 1", new Error(refused)).message, `duckdb: ${text} (in: SELECT 1)`);
  const limited = "Out of Memory Error: failed to allocate data of size 16.0 MiB (47.6 MiB/47.6 MiB used)";
  assert.equal(systemFailure(new Error(limited)), undefined);
  assert.match(
    sqlError("duckdb", "SELECT 1", new Error(limited)).message,
    /the memory limit of 47.6 MiB is too low/,
  );
});

test("path and state are added to system errors only", () => {
  const full = openSync("/dev/full", "w");
  const error = withPath(
    thrownBy(() => writeSync(full, "x")),
    "/dev/full",
  );
  closeSync(full);
  const stated = withState(error, "active is still A");
  assert.ok(stated instanceof ExpectedError);
  assert.equal(stated.message, "/dev/full: no space left on device (ENOSPC, write); active is still A");
  const failed = new CheckFailedError("2 rows");
  assert.equal(withState(failed, "active is still A"), failed);
});

/** Runs a command whose `run` has this body. */
function runCommand(dir: string, body: string) {
  const path = join(dir, "x.mts");
  writeFileSync(
    path,
    `
import { readFileSync, createReadStream } from "node:fs";
import { defineCommand, runAsEntrypoint } from "${COMMAND}";
import { ExpectedError } from "${ERRORS}";
const main = defineCommand({ name: "x", summary: "", options: {}, async run() { ${body}; return 0; } });
await runAsEntrypoint(import.meta.url, main);
`,
  );
  return spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path], {
    encoding: "utf8",
    timeout: 120_000,
  });
}

test("a thread or a process that can't be started is one line with the limit to raise", () => {
  const messages = [
    "Worker initialization failure: EMFILE",
    "spawnSync /x/esbuild EAGAIN",
    "spawn sh ENOENT",
  ];
  assert.deepEqual(
    messages.map((message) => systemFailure(new Error(message))),
    [
      {
        text: "a thread can't be started: too many open files (EMFILE): raise the limit (ulimit -n)",
        exitCode: 2,
      },
      {
        text: "/x/esbuild can't be started: too many processes and threads (EAGAIN): raise the limit (ulimit -u)",
        exitCode: 2,
      },
      undefined,
    ],
  );
});

test("a script ends with that line alone, even if no one handled the error", (t) => {
  const dir = temporaryDirectory(t);
  const direct = runCommand(dir, "readFileSync(import.meta.dirname)");
  assert.deepEqual([direct.status, direct.stderr], [2, "x: error: is a directory (EISDIR, read)\n"]);
  const unheard = runCommand(
    dir,
    "createReadStream(import.meta.dirname).resume(); await new Promise(() => setInterval(() => {}, 1000))",
  );
  assert.deepEqual([unheard.status, unheard.stderr], [2, "x: error: is a directory (EISDIR, read)\n"]);
  const rejected = runCommand(
    dir,
    'void Promise.reject(new ExpectedError("not so")); await new Promise(() => setInterval(() => {}, 1000))',
  );
  assert.deepEqual([rejected.status, rejected.stderr], [2, "x: error: not so\n"]);
});
