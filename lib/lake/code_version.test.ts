import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { codeVersionOf, gitSha } from "./code_version.ts";
import { scratchDirectory } from "./testing/scratch.ts";

function project(): string {
  const root = scratchDirectory();
  put(root, "package.json", '{"version": "1.2.3"}');
  put(root, "package-lock.json", "{}");
  put(root, "lib/dump/reader.ts", "a");
  put(root, "sql/warehouse/x.sql", "select 1");
  return root;
}

function put(root: string, name: string, content: string) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

test("the version is the package's and a hash of what data depends on", () => {
  const root = project();
  const before = codeVersionOf(root);
  assert.match(before, /^1\.2\.3\+[0-9a-f]{12}$/);
  for (const name of [
    "lib/dump/reader.test.ts",
    "lib/cli/log.ts",
    "lib/lake/testing/x.ts",
    "README.md",
    "docs/x.ts",
  ]) {
    put(root, name, "something");
    assert.equal(codeVersionOf(root), before, name);
  }
  for (const name of [
    "lib/dump/reader.ts",
    "lib/new/x.ts",
    "pipelines/ingest.ts",
    "sql/warehouse/x.sql",
    "package-lock.json",
  ]) {
    const other = scratchDirectory();
    cpSync(root, other, { recursive: true });
    put(other, name, "changed");
    assert.notEqual(codeVersionOf(other), before, name);
  }
});

test("a renamed source is another version", () => {
  const [one, two] = [project(), project()];
  put(one, "lib/dump/x.ts", "x");
  put(two, "lib/dump/y.ts", "x");
  assert.notEqual(codeVersionOf(one), codeVersionOf(two));
});

test("the commit is known in a checkout only, and says when it is dirty", async () => {
  const root = project();
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=x", "-c", "user.email=x@example.org", ...args], {
      encoding: "utf8",
    });
  assert.equal(await gitSha(root), null);
  git("init", "-q");
  assert.equal(await gitSha(root), null);
  git("add", ".");
  git("commit", "-qm", "first");
  const sha = git("rev-parse", "HEAD").trim();
  assert.equal(await gitSha(root), sha);
  assert.equal(await gitSha(join(root, "lib")), null);
  put(root, "lib/dump/reader.ts", "b");
  assert.equal(await gitSha(root), `${sha}-dirty`);
});
