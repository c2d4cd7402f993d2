import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { systemFailure } from "../cli/system_error.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import {
  filesBelow,
  hashFile,
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  readJsonFile,
  readJsonIfThere,
  removeAbandoned,
  removeTree,
  textIfThere,
  writeFileAtomic,
  writeNewFile,
} from "./files.ts";

const scratch = () => scratchDirectory();

test("size and hash of a file, even of several chunks", async () => {
  const path = join(scratch(), "x");
  const content = Buffer.alloc(2_500_000, "discogs");
  writeFileSync(path, content);
  assert.deepEqual(await hashFile(path), {
    bytes: 2_500_000,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
});

test("an atomic write replaces the file and leaves nothing else behind", async () => {
  const dir = join(scratch(), "made");
  await writeFileAtomic(join(dir, "x"), "one");
  await writeFileAtomic(join(dir, "x"), "two");
  assert.equal(readFileSync(join(dir, "x"), "utf8"), "two");
  assert.deepEqual(readdirSync(dir), ["x"]);
});

test("an atomic write replaces a link, not its target", async () => {
  const dir = scratch();
  writeFileSync(join(dir, "target"), "kept");
  symlinkSync("target", join(dir, "link"));
  await writeFileAtomic(join(dir, "link"), "new");
  assert.equal(readFileSync(join(dir, "target"), "utf8"), "kept");
  assert.equal(readFileSync(join(dir, "link"), "utf8"), "new");
});

test("a new file never replaces one", async () => {
  const path = join(scratch(), "x");
  await writeNewFile(path, "one");
  await assert.rejects(writeNewFile(path, "two"), { code: "EEXIST" });
  assert.equal(readFileSync(path, "utf8"), "one");
});

test("makes a directory with its parents, also when several do so at once, and leaves an existing one unchanged", async () => {
  const dir = scratch();
  const deep = join(dir, "one", "two", "three");
  await Promise.all([1, 2, 3].map(() => makeDirectory(deep)));
  writeFileSync(join(deep, "kept"), "");
  symlinkSync("one", join(dir, "link"));
  await makeDirectory(deep);
  await makeDirectory(join(dir, "link", "two", "four"));
  assert.deepEqual(readdirSync(deep), ["kept"]);
  assert.deepEqual(readdirSync(join(dir, "one", "two")), ["four", "three"]);
});

test("a directory below a file, or a link that leads nowhere, is an error that names it", async () => {
  const dir = scratch();
  writeFileSync(join(dir, "file"), "");
  for (const path of ["file", "file/x", "file/x/y"]) {
    const message = `${join(dir, "file")} is not a directory`;
    await assert.rejects(makeDirectory(join(dir, path)), { name: "ExpectedError", message });
  }
  symlinkSync("nowhere", join(dir, "dangling"));
  symlinkSync("file", join(dir, "to_file"));
  for (const path of ["dangling", "dangling/x", "to_file/x/y"]) {
    const message = `${join(dir, path.split("/")[0] ?? "")} is a link that does not lead to a directory`;
    await assert.rejects(makeDirectory(join(dir, path)), { name: "ExpectedError", message });
  }
  assert.deepEqual(readdirSync(dir).sort(), ["dangling", "file", "to_file"]);
});

test("a directory that the file system does not make is an error", {
  skip: existsSync("/proc/self") ? false : "needs /proc",
}, async () => {
  for (const path of ["/proc/x", "/proc/x/y/z"]) {
    await assert.rejects(makeDirectory(path), {
      name: "ExpectedError",
      message: "/proc/x can't be created: /proc takes no new directories, or was removed meanwhile",
    });
  }
});

/** A place in a new directory, what a file there contains, and finished directories to publish there. */
function publication() {
  const dir = scratch();
  const place = join(dir, "releases");
  const finished = (content: string) => {
    mkdirSync(join(dir, "_tmp.releases", "deep"), { recursive: true });
    writeFileSync(join(dir, "_tmp.releases", "deep", "part"), content);
    return join(dir, "_tmp.releases");
  };
  return { dir, place, finished, content: () => readFileSync(join(place, "deep", "part"), "utf8") };
}

test("publishes a directory, replacing an existing one only when asked", async () => {
  const { dir, place, finished, content } = publication();
  await publishDirectory(finished("one"), place);
  await assert.rejects(publishDirectory(finished("two"), place), {
    name: "ExpectedError",
    message: `${place} is not empty: choose another directory`,
  });
  assert.equal(content(), "one");
  await publishDirectory(finished("three"), place, { replace: true });
  assert.equal(content(), "three");
  assert.deepEqual(readdirSync(dir), ["releases"]);
});

/** Does something between the steps of the next publication: after the old directory was moved aside. */
function beforeRename(t: TestContext, act: () => void): void {
  const { renameSync } = fs;
  t.mock.method(fs, "renameSync", (from: string, to: string) => {
    act();
    renameSync(from, to);
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

test("a replaced directory comes back if the new one can't take its place", async (t) => {
  const { dir, place, finished, content } = publication();
  await publishDirectory(finished("one"), place);
  beforeRename(t, () => {
    assert.equal(existsSync(place), false);
    throw new Error("the disk fails");
  });
  await assert.rejects(publishDirectory(finished("two"), place, { replace: true }), /the disk fails/);
  assert.equal(content(), "one");
  assert.deepEqual(readdirSync(dir), ["_tmp.releases", "releases"]);
});

test("a directory that takes the place of a replaced one meanwhile stays there", async (t) => {
  const { dir, place, finished, content } = publication();
  await publishDirectory(finished("one"), place);
  beforeRename(t, () => {
    mkdirSync(join(place, "deep"), { recursive: true });
    writeFileSync(join(place, "deep", "part"), "another's");
  });
  await assert.rejects(publishDirectory(finished("two"), place, { replace: true }), /is not empty/);
  assert.equal(content(), "another's");
  assert.deepEqual(readdirSync(dir), ["_tmp.releases", "releases"]);
});

test("what a dead process left of a directory is removed, unless it is the only one", async () => {
  const dir = scratch();
  const place = join(dir, "labels");
  // No process has such a pid.
  const dead = 2 ** 31 - 1;
  for (const name of [`old.${dead}`, `${dead}`, "other"]) mkdirSync(join(dir, `_tmp.labels.${name}`));
  writeFileSync(join(dir, `_tmp.labels.old.${dead}`, "a"), "");
  await removeAbandoned(place);
  assert.deepEqual([readdirSync(dir), readdirSync(place)], [["_tmp.labels.other", "labels"], ["a"]]);
  mkdirSync(join(dir, `_tmp.labels.old.${dead}`));
  mkdirSync(join(dir, `_tmp.labels.old.${process.ppid}`));
  await removeAbandoned(place);
  assert.deepEqual(readdirSync(dir), [`_tmp.labels.old.${process.ppid}`, "_tmp.labels.other", "labels"]);
});

test("a directory does not replace a link", async () => {
  const dir = scratch();
  mkdirSync(join(dir, "finished"));
  mkdirSync(join(dir, "elsewhere"));
  symlinkSync("elsewhere", join(dir, "place"));
  for (const replace of [false, true]) {
    await assert.rejects(publishDirectory(join(dir, "finished"), join(dir, "place"), { replace }), {
      name: "ExpectedError",
      message: /is a symbolic link/,
    });
  }
  assert.deepEqual(readdirSync(dir).sort(), ["elsewhere", "finished", "place"]);
});

test("removes a tree without write permissions, but no targets of links", async () => {
  const dir = scratch();
  const tree = join(dir, "tree", "deep");
  mkdirSync(tree, { recursive: true });
  mkdirSync(join(dir, "other"));
  writeFileSync(join(dir, "other", "kept"), "");
  symlinkSync("../../other", join(tree, "link"));
  writeFileSync(join(tree, "file"), "");
  for (const path of [tree, join(dir, "tree")]) chmodSync(path, 0o555);
  await removeTree(join(dir, "tree"));
  await removeTree(join(dir, "tree"));
  assert.equal(existsSync(join(dir, "other", "kept")), true);
  assert.deepEqual(await namesIn(dir), ["other"]);
});

test("lists what is below a directory, and the kind of an entry", async () => {
  const dir = scratch();
  mkdirSync(join(dir, "b", "c"), { recursive: true });
  for (const name of ["b/c/2", "b/1", "a"]) writeFileSync(join(dir, name), "");
  symlinkSync("b", join(dir, "link"));
  assert.deepEqual(await filesBelow(dir), ["a", "b/1", "b/c/2", "link"]);
  const kinds = await Promise.all(["a", "b", "link", "none", "a/x"].map((name) => kindOf(join(dir, name))));
  assert.deepEqual(kinds, ["file", "directory", "link", undefined, undefined]);
  assert.deepEqual(await namesIn(join(dir, "none")), []);
});

test("JSON of the wrong shape is an error that names file and place", async () => {
  const path = join(scratch(), "x.json");
  writeFileSync(path, '{"rows": "many"}');
  await assert.rejects(readJsonFile(path, z.object({ rows: z.int() })), /x\.json: rows: /);
});

test("a file that can't be read is named", async () => {
  const path = join(scratch(), "x.json");
  mkdirSync(path);
  const named = (error: unknown) => systemFailure(error)?.text === `${path}: is a directory (EISDIR, read)`;
  await assert.rejects(readJsonFile(path, z.object({})), named);
  await assert.rejects(textIfThere(path), named);
});

test("a JSON file that is removed while it is read counts as missing", async (t) => {
  const dir = scratch();
  const [source, path] = [join(dir, "source"), join(dir, "x.json")];
  writeFileSync(source, "{}");
  const loop = 'while :; do ln "$0" "$1"; rm "$1"; done';
  const child = spawn("sh", ["-c", loop, source, path], { stdio: "ignore" });
  t.after(() => child.kill());
  const found = { there: 0, missing: 0 };
  while (found.there < 30 || found.missing < 100) {
    const value = await readJsonIfThere(path, z.object({}));
    found[value === undefined ? "missing" : "there"] += 1;
  }
  symlinkSync("nowhere", join(dir, "link.json"));
  await assert.rejects(readJsonIfThere(join(dir, "link.json"), z.object({})), { code: "ENOENT" });
});
