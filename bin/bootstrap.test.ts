import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const NPM = `#!/bin/sh
echo "$@" >> calls
echo added 1 package
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
  const env = {
    ...process.env,
    PATH: `${join(dir, "tools")}:${process.env.PATH}`,
    XDG_CACHE_HOME: join(dir, "cache"),
  };
  const start = (...args: string[]) => spawnSync(process.execPath, args, { cwd: dir, env, encoding: "utf8" });
  const run = (...scripts: string[]) => {
    const { status, stdout, stderr } = start("bin/bootstrap.mjs", ...scripts);
    assert.deepEqual([status, stdout], [0, ""], stderr);
  };
  const calls = () =>
    readFileSync(join(dir, "calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.replace(/ --no-audit.*$/, ""));
  return { dir, start, run, calls };
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
  assert.match(
    readFileSync(join(dir, "calls"), "utf8"),
    new RegExp(`^ci --omit=dev .* --cache ${join(dir, "cache", "discogs-data-lake", "npm")}$`, "m"),
  );
  run();
  assert.deepEqual(calls(), ["ci --omit=dev", "ci", "ci --omit=dev", "ci"], "without a script: everything");
});

test("an installation that fails is reported in one line, and repeated the next time", (t) => {
  const { dir, start, run, calls } = checkout(t);
  const npm = join(dir, "tools", "npm");
  writeFileSync(npm, `${NPM}exit 1\n`);
  const { status, stderr } = start("bin/bootstrap.mjs", "scripts/start.ts");
  assert.equal(status, 2);
  assert.match(stderr, /\nbootstrap: error: npm ci failed \(exit 1\)\n$/);
  writeFileSync(npm, NPM);
  run("scripts/start.ts");
  assert.deepEqual(calls(), ["ci --omit=dev", "ci --omit=dev"]);
});

test("a Node that is too old is named before anything is installed", (t) => {
  const { dir, start } = checkout(t);
  for (const [version, isOld] of [
    ["18.20.4", true],
    ["20.14.0", true],
    ["20.15.0", false],
    ["22.1.0", false],
  ] as const) {
    const properties = { version: { value: `v${version}` }, versions: { value: { node: version } } };
    writeFileSync(join(dir, "as.mjs"), `Object.defineProperties(process, ${JSON.stringify(properties)});`);
    const { status, stderr } = start("--import=./as.mjs", "bin/bootstrap.mjs", "scripts/start.ts");
    assert.equal(status, isOld ? 2 : 0, `${version}: ${stderr}`);
    if (isOld)
      assert.equal(stderr, `bootstrap: error: Node 20.15 or newer is required, this is v${version}\n`);
  }
});

test("a current directory that was removed, or whose name is not UTF-8, is reported in one line", (t) => {
  const dir = temporaryDirectory(t);
  const bootstrap = join(projectRoot, "bin", "bootstrap.mjs");
  const startAfter = (change: string) => {
    const script = `cd "$1" && ${change} && exec "$2" "$3" scripts/status.ts`;
    const args = ["-c", script, "sh", dir, process.execPath, bootstrap];
    const { status, stderr } = spawnSync("sh", args, { encoding: "utf8" });
    assert.equal(status, 2);
    return stderr.replace(dir, "DIR");
  };
  assert.equal(
    startAfter('mkdir gone && cd gone && rmdir "$1/gone"'),
    "bootstrap: error: the current directory was removed: change to another one\n",
  );
  assert.equal(
    startAfter('name=$(printf \'caf\\351\') && mkdir "$name" && cd "$name"'),
    "bootstrap: error: the current directory DIR/caf\uFFFD is not valid UTF-8: change to another one\n",
  );
});

/** The files of the project that a file imports, or runs as tests, and the packages, of itself and of those. */
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
  for (const [, test = ""] of text.matchAll(/"(\w+(?:\/\w+)*\.test\.ts)"/g)) reached(test, seen);
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
  for (const script of ["compile_parser", "fuzz"]) assert.ok(needing.includes(`scripts/${script}.ts`));
  assert.deepEqual(
    needing.filter((script) => !bootstrap.includes(`"${script}"`)),
    [],
  );
});
