import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const NPM = `#!/bin/sh
echo "$@" >> calls
mkdir -p node_modules
`;

/** A checkout whose npm notes how it was called, and whose scripts do nothing. */
function checkout(t: TestContext) {
  const dir = temporaryDirectory(t);
  for (const folder of ["bin", "scripts", "tools"]) mkdirSync(join(dir, folder));
  for (const file of ["bin/bootstrap.mjs", "lib/files/cache_home.mjs"]) {
    cpSync(join(projectRoot, file), join(dir, file), { recursive: true });
  }
  writeFileSync(join(dir, "package.json"), '{"type": "module"}');
  writeFileSync(join(dir, "package-lock.json"), "1");
  writeFileSync(join(dir, "bin", "run.mjs"), "");
  writeFileSync(join(dir, "tools", "npm"), NPM);
  chmodSync(join(dir, "tools", "npm"), 0o755);
  const env = { ...process.env, PATH: `${join(dir, "tools")}:${process.env.PATH}` };
  const run = (...scripts: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, ["bin/bootstrap.mjs", ...scripts], {
      cwd: dir,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  };
  const calls = () =>
    readFileSync(join(dir, "calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.replace(/ --no-audit.*$/, ""));
  return { dir, run, calls };
}

test("what is for development is installed once a script needs it, and serves the others too", (t) => {
  const { dir, run, calls } = checkout(t);
  run("scripts/start.ts");
  run("scripts/start.ts");
  assert.deepEqual(calls(), ["ci --omit=dev"]);
  run("scripts/run_tests.ts");
  run("scripts/start.ts");
  run("scripts/run_tests.ts");
  assert.deepEqual(calls(), ["ci --omit=dev", "ci"]);
  writeFileSync(join(dir, "package-lock.json"), "2");
  run("scripts/start.ts");
  assert.deepEqual(calls(), ["ci --omit=dev", "ci", "ci --omit=dev"]);
  run();
  assert.deepEqual(calls(), ["ci --omit=dev", "ci", "ci --omit=dev", "ci"], "without a script: everything");
});

test("a current directory that was removed is reported in one line", (t) => {
  const dir = temporaryDirectory(t);
  const gone = join(dir, "gone");
  mkdirSync(gone);
  const bootstrap = join(projectRoot, "bin", "bootstrap.mjs");
  const script = 'cd "$1" && rmdir "$1" && exec "$2" "$3" scripts/status.ts';
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", gone, process.execPath, bootstrap], {
    encoding: "utf8",
  });
  assert.equal(stderr, "bootstrap: error: the current directory was removed: change to another one\n");
  assert.equal(status, 2);
});

/** The files of the project that a file imports, and the packages, of itself and of those. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith(".ts")) return seen;
  const text = readFileSync(join(projectRoot, file), "utf8");
  for (const [, target = ""] of text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (target.startsWith(".")) reached(join(dirname(file), target), seen);
    else
      seen.add(
        target
          .split("/")
          .slice(0, target.startsWith("@") ? 2 : 1)
          .join("/"),
      );
  }
  return seen;
}

test("a script that reaches a package for development is one that it is installed for", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const bootstrap = readFileSync(join(projectRoot, "bin/bootstrap.mjs"), "utf8");
  const scripts = ["bin", "scripts", "pipelines", "tests", "legacy"].flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  );
  assert.ok(scripts.length > 60);
  const needing = scripts.filter((script) => [...reached(script)].some((name) => name in devDependencies));
  assert.ok(needing.includes("scripts/compile_parser.ts"));
  assert.deepEqual(
    needing.filter((script) => !bootstrap.includes(`"${script}"`)),
    [],
  );
});
