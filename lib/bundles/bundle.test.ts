import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { runInNewContext } from "node:vm";
import { projectRoot } from "../files/project_root.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { bundle, keptText } from "./bundle.ts";
import { hashOf, kept, keptDirectory, replace } from "./kept.mjs";

/** A project whose text is derived from one source, and how often it was. */
function project(t: TestContext) {
  const root = temporaryDirectory(t);
  writeFileSync(join(root, "package.json"), "{}");
  const edit = (text: string) => writeFileSync(join(root, "source.ts"), text);
  edit("1");
  const scene = {
    root,
    edit,
    derived: 0,
    whileDeriving: () => {},
    text: () =>
      keptText(root, "text", () => {
        scene.derived++;
        const source = readFileSync(join(root, "source.ts"), "utf8");
        scene.whileDeriving();
        return { text: `from ${source}`, sources: ["source.ts"] };
      }),
  };
  return scene;
}

const keptIn = (root: string) => join(keptDirectory(root), "text");

test("a text is derived again only when a source was edited", (t) => {
  const scene = project(t);
  assert.equal(scene.text(), "from 1");
  const first = scene.derived;
  assert.equal(scene.text(), "from 1");
  assert.equal(scene.derived, first);
  scene.edit("2");
  assert.equal(scene.text(), "from 2");
  assert.ok(scene.derived > first);
});

test("what decides how modules are bundled counts as a source", (t) => {
  const scene = project(t);
  scene.text();
  const header = readFileSync(keptIn(scene.root), "utf8").split("\n", 1)[0] ?? "";
  const { sources } = JSON.parse(header.slice("//".length));
  for (const name of ["lib/bundles/bundle.ts", "node_modules/esbuild/package.json"])
    assert.ok(sources.includes(join(projectRoot, name)), name);
  assert.ok(sources.includes("package.json"));
});

test("a kept text that is damaged is derived again", (t) => {
  const scene = project(t);
  scene.text();
  const path = keptIn(scene.root);
  const whole = readFileSync(path, "utf8");
  for (const damaged of [whole.replace("from 1", "from 7"), whole.slice(0, -1), whole.slice(0, 20), ""]) {
    writeFileSync(path, damaged);
    assert.equal(scene.text(), "from 1", JSON.stringify(damaged));
    assert.equal(readFileSync(path, "utf8"), whole);
  }
});

test("a text whose source was edited while it was derived is not kept", (t) => {
  const scene = project(t);
  let edits = 0;
  scene.whileDeriving = () => scene.edit(`edit ${++edits}`);
  scene.text();
  scene.whileDeriving = () => {};
  assert.equal(scene.text(), `from edit ${edits}`);
});

test("a text that can't be kept is derived each time", (t) => {
  const scene = project(t);
  writeFileSync(join(scene.root, "node_modules"), "a file in the place of the directory");
  assert.equal(scene.text(), "from 1");
  const first = scene.derived;
  assert.equal(scene.text(), "from 1");
  assert.ok(scene.derived > first);
});

test("a full or read-only disk only means that nothing is kept; any other failure is one", (t) => {
  const path = join(temporaryDirectory(t), "kept");
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  for (const code of ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG"])
    assert.equal(kept(path, failing(code)), false);
  assert.throws(() => kept(path, failing("EIO")), { code: "EIO" });
});

test("a file that can't be put in its place leaves nothing", (t) => {
  const dir = temporaryDirectory(t);
  mkdirSync(join(dir, "taken"));
  assert.throws(() => replace(join(dir, "taken"), "text"), { code: "EISDIR" });
  assert.deepEqual(readdirSync(dir), ["taken"]);
});

test("two checkouts with the same node_modules keep their files apart: code names the files next to it", () => {
  assert.notEqual(basename(keptDirectory("/one")), basename(keptDirectory("/two")));
});

test("text that moves from one source to another is an edit of both", () => {
  const hash = (...texts: string[]) =>
    hashOf(new Map(texts.map((text, index) => [String(index), Buffer.from(text)])));
  assert.notEqual(hash("ab", "c"), hash("a", "bc"));
});

test("the code of a worker thread runs in strict mode, as modules do", (t) => {
  const { root, edit } = project(t);
  edit("export function f(this: unknown) { return this; }\nexport const isStrict = f() === undefined;");
  const { code } = bundle(root, "source.ts", { format: "cjs", target: "node20" });
  const module = { exports: { isStrict: undefined } };
  runInNewContext(code, { module });
  assert.equal(module.exports.isStrict, true);
  assert.equal("ESBUILD_WORKER_THREADS" in process.env, false, "a thread that esbuild has would not start");
});
