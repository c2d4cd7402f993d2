import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { gitSha } from "./git_sha.ts";

test("the commit is known only in a checkout, and marked when dirty", async (t) => {
  const root = temporaryDirectory(t);
  mkdirSync(join(root, "lib"));
  writeFileSync(join(root, "lib/reader.ts"), "a");
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
  writeFileSync(join(root, "lib/reader.ts"), "b");
  assert.equal(await gitSha(root), `${sha}-dirty`);
});
