import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { finish } from "../digdag/testing/digdag_project.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { until } from "../testing/until.ts";
import { STAGE_LOG } from "./stage_log.ts";

/** So many that removing them takes a while. */
const FILES = 500;
/** Nobody, on most systems. */
const OTHER_USER = 65_534;

const at = (path: string) => new URL(path, import.meta.url).href;

/** A script with a file being written, a lock and a temporary directory, which never ends by itself. */
const script = `
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "${at("command.ts")}";
import { writeFileAtomic } from "${at("../files/files.ts")}";
import { withLock } from "${at("../files/lock.ts")}";
import { temporaryDirectory } from "${at("../files/temporary_directory.ts")}";
async function* endless() {
  yield "begun";
  // The timer holds the promise: otherwise a garbage collection may close the file, with a warning.
  await new Promise((resolve) => setInterval(() => {}, 1000, resolve));
}
const options = { dir: { type: "path", required: true, summary: "" } };
const main = defineCommand({ name: "x.ts", summary: "", options, async run({ options: { dir } }) {
  const { path } = await temporaryDirectory(dir, "work");
  mkdirSync(path);
  writeFileSync(join(path, "part"), "rows");
  await withLock(join(dir, "lock"), "waiting", () => writeFileAtomic(join(dir, "file"), endless()));
  return 0;
}});
await runAsEntrypoint(import.meta.url, main);
`;

for (const [signal, code, line] of [
  ["SIGINT", 130, "x.ts: interrupted\n"],
  ["SIGTERM", 143, "x.ts: interrupted (SIGTERM)\n"],
] as const) {
  test(`a script interrupted by ${signal} reports it and leaves nothing half-made`, async (t) => {
    const base = temporaryDirectory(t);
    const dir = temporaryDirectory(t);
    writeFileSync(join(base, "x.mts"), script);
    const args = ["--import", import.meta.resolve("tsx"), join(base, "x.mts"), "--dir", dir];
    const log = join(base, "stages.jsonl");
    const env = { ...process.env, [STAGE_LOG]: log };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const ended = finish(child);
    await until("the file is written", () => readdirSync(dir).some((name) => name.startsWith("_tmp.file.")));
    assert.ok(readdirSync(dir).length >= 4, "the lock, the directory with its own lock, and the file");
    child.kill(signal);
    const { code: exitCode, stderr } = await ended;
    assert.deepEqual([exitCode, stderr, readdirSync(dir)], [code, line, []]);
    const { exit, error } = JSON.parse(readFileSync(log, "utf8").trim().split("\n").at(-1) ?? "");
    assert.deepEqual([exit, error], [code, line.trim()], "its workflow shows that");
  });
}

/** Interrupts itself while it has a half-made directory, in one that it created. Root may remove anything, so it becomes another user. */
const readOnly = `
import { endWhenInterrupted } from "${at("interrupt.ts")}";
import { dirname } from "node:path";
import { halfMade } from "${at("../files/half_made.ts")}";
const [dir, user] = process.argv.slice(2);
if (process.getuid() === 0) process.seteuid(Number(user));
halfMade(dir, [dirname(dir)]);
endWhenInterrupted("x.ts");
setInterval(() => {}, 1000);
process.kill(process.pid, "SIGINT");
`;

test("an interruption also removes a half-made directory without write permissions, and its parent", async (t) => {
  const base = temporaryDirectory(t);
  const dir = temporaryDirectory(t);
  const parent = join(dir, "parent");
  const [half, below] = [join(parent, "half"), join(parent, "half", "below")];
  mkdirSync(below, { recursive: true });
  writeFileSync(join(below, "part"), "rows");
  for (const path of [dir, parent, half, below])
    if (process.getuid?.() === 0) chownSync(path, OTHER_USER, OTHER_USER);
  for (const path of [below, half]) chmodSync(path, 0o555);
  writeFileSync(join(base, "x.mts"), readOnly);
  const args = ["--import", import.meta.resolve("tsx"), join(base, "x.mts"), half, String(OTHER_USER)];
  const { stderr } = await finish(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }));
  assert.deepEqual([stderr, readdirSync(dir)], ["x.ts: interrupted\n", []]);
});

/**
 * Interrupts itself at the moment in which a directory is published. A rename that is left to a thread comes while the
 * interruption removes the directory, as on a slow disk: the only thread has something else to do first.
 */
const publishing = `
import { pbkdf2 } from "node:crypto";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const [temporary, place] = process.argv.slice(2);
const { rename } = fsPromises;
fsPromises.rename = (from, to) => {
  pbkdf2("x", "x", 20_000, 64, "sha512", () => undefined);
  process.kill(process.pid, "SIGINT");
  return rename(from, to);
};
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  process.kill(process.pid, "SIGINT");
  renameSync(from, to);
};
syncBuiltinESMExports();
const { endWhenInterrupted } = await import("${at("interrupt.ts")}");
const { halfMade } = await import("${at("../files/half_made.ts")}");
const { publishDirectory } = await import("${at("../files/files.ts")}");
endWhenInterrupted("x.ts");
halfMade(temporary);
await publishDirectory(temporary, place);
setInterval(() => {}, 1000);
`;

test("an interruption while a directory is published leaves all of it or nothing", async (t) => {
  const base = temporaryDirectory(t);
  const dir = temporaryDirectory(t);
  const [temporary, place] = [join(dir, "_tmp.run"), join(dir, "run")];
  mkdirSync(temporary);
  for (let file = 0; file < FILES; file += 1) writeFileSync(join(temporary, String(file)), "");
  writeFileSync(join(base, "x.mts"), publishing);
  const args = ["--import", import.meta.resolve("tsx"), join(base, "x.mts"), temporary, place];
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  const { stderr } = await finish(spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] }));
  assert.equal(stderr, "x.ts: interrupted\n");
  const published = readdirSync(dir).includes("run") ? readdirSync(place).length : FILES;
  assert.deepEqual([published, readdirSync(dir).includes("_tmp.run")], [FILES, false]);
});

test("an extractor interrupted in the middle of a dump leaves nothing", async (t) => {
  const dir = temporaryDirectory(t);
  const args = [new URL("../../pipelines/parse_labels_v10.ts", import.meta.url).pathname, "--src", "-"];
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), ...args, "--out", join(dir, "out")],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const ended = finish(child);
  child.stdin.write("<labels>\n<label><id>1</id><name>x</name></label>\n");
  await until("its directory exists", () => readdirSync(dir).length > 0);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  assert.deepEqual([code, stderr], [130, "pipelines/parse_labels_v10.ts: interrupted\n"]);
  assert.deepEqual(readdirSync(dir), []);
});
