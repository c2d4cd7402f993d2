import assert from "node:assert/strict";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { startScript } from "../lake/testing/run_script.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import { writeFileAtomic, writeNewFile } from "./files.ts";
import { makeSystemTemporary } from "./system_temporary.ts";
import { temporaryDirectory } from "./temporary_directory.ts";
import { createLocked, withTemporaryFile } from "./temporary_file.ts";

/** Starts a process and resolves once it has a temporary directory and a temporary file in `dir`. */
async function startHolder(dir: string) {
  const child = startScript("lib/lake/testing/temporary_holder.ts", [dir]);
  child.stderr?.pipe(process.stderr);
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  return child;
}

test("removes what a killed process left, but not what a live one uses", async () => {
  const dir = scratchDirectory();
  writeFileSync(join(dir, "_tmp.other.1"), "");
  const holder = await startHolder(dir);
  const held = readdirSync(dir);
  assert.equal(held.length, 4);
  await writeFileAtomic(join(dir, "report"), "one");
  await (await temporaryDirectory(dir, "spill")).remove();
  assert.deepEqual(readdirSync(dir), [...held, "report"].sort());
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await writeFileAtomic(join(dir, "report"), "two");
  const own = await temporaryDirectory(dir, "spill");
  assert.deepEqual(readdirSync(dir).sort(), [`${basename(own.path)}.lock`, "_tmp.other.1", "report"].sort());
  mkdirSync(own.path);
  writeFileSync(join(own.path, "spilled"), "x");
  await own.remove();
  assert.deepEqual(readdirSync(dir), ["_tmp.other.1", "report"]);
});

test("concurrent writers of a file never take each other's temporary file for a leftover", async () => {
  const dir = scratchDirectory();
  const place = join(dir, "report");
  const writeOften = async () => {
    for (let i = 0; i < 100; i++)
      await withTemporaryFile(place, "x", (temporary) => rename(temporary, place));
  };
  await Promise.all(Array.from({ length: 8 }, writeOften));
  assert.deepEqual(readdirSync(dir), ["report"]);
});

test("a failed write leaves nothing behind", async () => {
  const dir = scratchDirectory();
  const failing = withTemporaryFile(join(dir, "report"), "x", async (temporary) => {
    assert.equal(readFileSync(temporary, "utf8"), "x");
    throw new Error("no");
  });
  await assert.rejects(failing, /no/);
  await assert.rejects(writeNewFile(join(dir, "absent", "report"), "x"), { code: "ENOENT" });
  assert.deepEqual(readdirSync(dir), []);
});

test("a link with the name of a leftover is neither followed nor removed", async () => {
  const dir = scratchDirectory();
  writeFileSync(join(dir, "kept"), "kept");
  symlinkSync("kept", join(dir, "_tmp.report.1"));
  await writeFileAtomic(join(dir, "report"), "one");
  assert.deepEqual(readdirSync(dir), ["_tmp.report.1", "kept", "report"]);
  assert.equal(readFileSync(join(dir, "kept"), "utf8"), "kept");
});

test("concurrent writes of one file end as one of them", async () => {
  const dir = scratchDirectory();
  const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
  await Promise.all(texts.map((text) => writeFileAtomic(join(dir, "report"), text)));
  assert.ok(texts.includes(readFileSync(join(dir, "report"), "utf8")));
  assert.deepEqual(readdirSync(dir), ["report"]);
});

test("a temporary file that can't be created is reported under the name that was asked for", async () => {
  const dir = scratchDirectory();
  const place = join(dir, "not a directory", "result.csv");
  await writeFileAtomic(join(dir, "not a directory"), "");
  assert.throws(() => createLocked(place), {
    code: "ENOTDIR",
    message: `ENOTDIR: not a directory, open '${place}'`,
  });
});

test("a temporary directory in a missing one has a name, without a lock", async () => {
  const missing = join(scratchDirectory(), "missing");
  const { path, remove } = await temporaryDirectory(missing, "spill");
  assert.equal(dirname(path), missing);
  assert.match(basename(path), /^_tmp\.spill\.none-[0-9a-f]{8}$/);
  await remove();
  assert.equal(existsSync(missing), false);
});

test("a temporary directory in what is a file has a name, without a lock", async () => {
  const file = join(scratchDirectory(), "file");
  writeFileSync(file, "kept");
  const { path, remove } = await temporaryDirectory(file, "spill");
  assert.equal(dirname(path), file);
  await remove();
  assert.equal(readFileSync(file, "utf8"), "kept");
});

test("removing a temporary directory again does not close a file that has its lock's descriptor by now", async () => {
  const dir = scratchDirectory();
  const temporary = await temporaryDirectory(dir, "spill");
  await temporary.remove();
  const fd = openSync(join(dir, "other"), "w");
  try {
    await temporary.remove();
    assert.equal(writeSync(fd, "still open"), 10);
  } finally {
    closeSync(fd);
  }
});

test("without a usable directory for temporary files, the error tells to set TMPDIR", async (t) => {
  const dir = scratchDirectory();
  const { TMPDIR } = process.env;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  const file = join(dir, "file");
  writeFileSync(file, "");
  process.env.TMPDIR = file;
  await assert.rejects(makeSystemTemporary("work-"), {
    name: "ExpectedError",
    message: /^\S+\/file\/work-\w+: not a directory \(ENOTDIR, mkdtemp\); set TMPDIR to another directory$/,
  });
  const missing = join(dir, "missing");
  process.env.TMPDIR = missing;
  const message = `there is no directory ${missing} for temporary files: set TMPDIR`;
  await assert.rejects(makeSystemTemporary("work-"), { name: "ExpectedError", message });
});
