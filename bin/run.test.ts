import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{"name": "x", "type": "module", "sideEffects": false}',
  "scripts/script.ts": `
    import { readFileSync } from "node:fs";
    import { beside, type Beside } from "../lib/beside.ts";
    import data from "../lib/data.json" with { type: "json" };
    const text: Beside = beside();
    console.log(JSON.stringify([text, data.value, import.meta.url, "import.meta.url", ...process.argv.slice(1)]));
    if (process.argv[2] === "fail") throw new Error("failed");
    process.exitCode = 7;`,
  "lib/beside.ts": `
    import { readFileSync } from "node:fs";
    export type Beside = string;
    export const beside = (): Beside => readFileSync(new URL("beside.txt", import.meta.url), "utf8");`,
  "lib/beside.txt": "text",
  "lib/data.json": '{"value": 1}',
};

/** A separate project with this project's `bin/run.mjs` and packages. */
function project(t: TestContext): string {
  const root = realpathSync(temporaryDirectory(t));
  for (const folder of ["bin", "lib/bundles", "scripts", "node_modules"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["run.mjs", "compiled.mjs", "compile.mjs", "merged.mjs", "../lib/bundles/kept.mjs"])
    cpSync(join(projectRoot, "bin", name), join(root, "bin", name));
  for (const name of readdirSync(join(projectRoot, "node_modules")))
    if (!name.startsWith("."))
      symlinkSync(join(projectRoot, "node_modules", name), join(root, "node_modules", name));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(root, name), content);
  return root;
}

function node(root: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { status, printed: stdout === "" ? undefined : JSON.parse(stdout), stderr };
}

const run = (root: string, ...args: string[]) => node(root, "bin/run.mjs", "scripts/script.ts", ...args);

/** The compiled forms in the cache. */
function forms(root: string): string[] {
  const cache = join(root, "node_modules", ".cache", "discogs-data-lake");
  return readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("/"))
    .map((name) => join(cache, name));
}

test("a compiled script behaves like the script run by tsx: output, arguments, exit code, files next to it", (t) => {
  const root = project(t);
  const byTsx = node(root, "--import", "tsx", "scripts/script.ts", "--name=", "$(x) 'y'");
  assert.equal(byTsx.status, 7, byTsx.stderr);
  assert.equal(byTsx.printed[0], "text");
  for (const time of ["first", "second"]) {
    assert.deepEqual(run(root, "--name=", "$(x) 'y'"), byTsx, time);
    assert.equal(forms(root).length, 2, "the form and its source map");
  }
});

test("the same sources give the same form", (t) => {
  const root = project(t);
  const names = Array.from({ length: 40 }, (_, index) => `../lib/m${index}.ts`);
  for (const name of names) writeFileSync(join(root, "lib", name), "export const x = 1;");
  const imports = names.map((name) => `import "${name}";`).join("\n");
  writeFileSync(join(root, "scripts", "script.ts"), `${imports}\nconsole.log(1);`);
  const made = ["first", "second", "third"].map(() => {
    assert.equal(run(root).printed, 1);
    const [form = "", map = ""] = forms(root).sort();
    const bytes = [readFileSync(form, "utf8"), readFileSync(map, "utf8")];
    rmSync(form);
    return bytes;
  });
  assert.deepEqual(made, [made[0], made[0], made[0]]);
});

test("notices every edited source", (t) => {
  const root = project(t);
  const values = (change: string) => {
    const { printed, stderr } = run(root);
    assert.equal(stderr, "", change);
    return printed.slice(0, 2);
  };
  assert.deepEqual(values("none"), ["text", 1]);
  writeFileSync(join(root, "lib", "data.json"), '{"value": 2}');
  assert.deepEqual(values("JSON"), ["text", 2]);
  writeFileSync(
    join(root, "lib", "beside.ts"),
    'export type Beside = string; export const beside = () => "new!";',
  );
  assert.deepEqual(values("an imported module"), ["new!", 2]);
  writeFileSync(
    join(root, "scripts", "script.ts"),
    (FILES["scripts/script.ts"] ?? "").replace("beside()", '"script"'),
  );
  assert.deepEqual(values("the script"), ["script", 2]);
  rmSync(join(root, "lib", "data.json"));
  assert.match(run(root).stderr, /Could not resolve "\.\.\/lib\/data\.json"/);
});

test("does not run a damaged or truncated form", (t) => {
  const root = project(t);
  const sound = run(root);
  const form = forms(root).find((name) => name.endsWith(".mjs")) ?? "";
  const whole = readFileSync(form);
  writeFileSync(form, whole.toString().replace("exitCode = 7", "exitCode = 8"));
  assert.deepEqual(run(root), sound);
  assert.deepEqual(readFileSync(form), whole);
  truncateSync(form, whole.length - 10);
  assert.deepEqual(run(root), sound);
  truncateSync(form, 0);
  assert.deepEqual(run(root), sound);
});

/** A script that uses a package of many files, and one that its form holds but never loads. */
const WITH_PACKAGES = `
  import { z } from "zod";
  const stringify = async () => (await import("../lib/late.ts")).text();
  console.log(JSON.stringify([z.string().parse("parsed"), process.argv[2] === "late" ? await stringify() : ""]));`;

function projectWithPackages(t: TestContext): string {
  const root = project(t);
  writeFileSync(
    join(root, "lib", "late.ts"),
    `import { ParquetFile } from "parquet-wasm"; import { stringify } from "yaml";
    export const text = () => stringify(typeof ParquetFile.fromFile);`,
  );
  writeFileSync(join(root, "scripts", "script.ts"), WITH_PACKAGES);
  return root;
}

const install = (root: string, text: string) =>
  writeFileSync(join(root, "node_modules", ".package-lock.json"), text);

const merged = (root: string) => forms(root).filter((name) => name.endsWith(".cjs"));

/** The files with V8's code of merged packages. */
const codes = (root: string) => forms(root).filter((name) => name.endsWith(".code"));

test("merges a package into one file, loads it only where it is imported, and notices another installation", (t) => {
  const root = projectWithPackages(t);
  const unmerged = { status: 0, printed: ["parsed", ""], stderr: "" };
  assert.deepEqual(run(root), unmerged);
  assert.deepEqual(merged(root), [], "what is installed is unknown");
  install(root, "1");
  rmSync(join(root, "node_modules", ".cache"), { recursive: true });
  assert.deepEqual(run(root), unmerged);
  const first = merged(root);
  assert.deepEqual(first.map((name) => basename(name).replace(/-.*/, "")).sort(), ["yaml", "zod"]);
  const loaded = (...args: string[]) => {
    for (const name of codes(root)) rmSync(name);
    const { stderr } = node(root, "--require", "./loaded.cjs", "bin/run.mjs", "scripts/script.ts", ...args);
    const kept = codes(root).map((name) => basename(name).replace(/-.*/, ""));
    return [...stderr.trim().split("\n"), ...kept].filter((name) => name !== "").sort();
  };
  writeFileSync(
    join(root, "loaded.cjs"),
    `process.on("exit", () => {
      const names = Object.keys(require.cache).map((name) => /parquet_wasm(?=[^/]*js$)/.exec(name)?.[0]);
      console.error(names.filter((name) => name !== undefined).join("\\n"));
    });`,
  );
  assert.deepEqual(loaded(), ["zod"]);
  assert.deepEqual(loaded("late"), ["parquet_wasm", "yaml", "zod"]);
  install(root, "2");
  assert.deepEqual(run(root, "late"), { status: 0, printed: ["parsed", "function\n"], stderr: "" });
  assert.equal(merged(root).length, 4);
  assert.ok(
    first.every((name) => merged(root).includes(name)),
    "another process may still load them",
  );
});

test("does not run a truncated merged package", (t) => {
  const root = projectWithPackages(t);
  install(root, "1");
  const sound = run(root);
  const zod = merged(root).find((name) => name.includes("zod")) ?? "";
  const whole = readFileSync(zod);
  for (const length of [whole.length - 10, 0]) {
    truncateSync(zod, length);
    assert.deepEqual(run(root), sound);
    assert.deepEqual(readFileSync(zod), whole);
  }
});

test("V8's code of a merged package is kept, and made again if it is damaged", (t) => {
  const root = projectWithPackages(t);
  install(root, "1");
  const sound = run(root);
  const [code = "", ...others] = codes(root);
  assert.deepEqual(others, []);
  const { ino } = statSync(code);
  assert.deepEqual(run(root), sound);
  assert.equal(statSync(code).ino, ino, "it is kept");
  const whole = readFileSync(code);
  const changed = Buffer.from(whole);
  changed.writeUInt8((whole.at(-1) ?? 0) ^ 1, whole.length - 1);
  for (const damaged of [changed, whole.subarray(0, -10), whole.subarray(0, 0)]) {
    writeFileSync(code, damaged);
    assert.deepEqual(run(root), sound);
    assert.notDeepEqual(readFileSync(code), damaged);
  }
});

test("what a killed process left beside the forms is removed, but not what another one writes now", (t) => {
  const root = project(t);
  const { printed } = run(root);
  const [form = ""] = forms(root);
  const [left, written] = [1, 2].map((pid) => join(dirname(form), `.compiling-${pid}-x`)) as [string, string];
  for (const path of [left, written]) writeFileSync(path, "");
  utimesSync(left, 0, 0);
  writeFileSync(join(root, "lib", "data.json"), '{"value": 1} ');
  assert.deepEqual(run(root).printed, printed);
  assert.deepEqual([existsSync(left), existsSync(written)], [false, true]);
});

test("runs the script with tsx if no form can be kept", (t) => {
  const root = project(t);
  writeFileSync(join(root, "node_modules", ".cache"), "in the way");
  const { status, printed, stderr } = run(root);
  assert.deepEqual([status, printed[0], stderr], [7, "text", ""]);
});

test("with --debug stacks name the sources", (t) => {
  const { stderr } = run(project(t), "fail", "--debug");
  assert.match(stderr, /Error: failed\n +at .*scripts\/script\.ts:7:/);
});

test("a script may import modules by paths that it computes", (t) => {
  const root = project(t);
  writeFileSync(
    join(root, "scripts", "script.ts"),
    'const name = "beside"; console.log(JSON.stringify((await import("../lib/" + name + ".ts")).beside()));',
  );
  assert.deepEqual(run(root), { status: 0, printed: "text", stderr: "" });
});

test("loads packages by require, and imports as written those that can only be imported", (t) => {
  const root = project(t);
  const packages = {
    required: ["commonjs", "exports.how = new Error().stack.includes('Module.require');"],
    imported: ["module", "export const how = await Promise.resolve('as a module');"],
  };
  for (const [name, [type, code = ""]] of Object.entries(packages)) {
    const directory = join(root, "node_modules", name);
    mkdirSync(directory);
    const exported = type === "module" ? { import: "./index.js" } : "./index.js";
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name, type, exports: exported }));
    writeFileSync(join(directory, "index.js"), code);
  }
  const script = `
    import { how } from "required";
    const imported = await import("imported");
    console.log(JSON.stringify([how, imported.how]));`;
  writeFileSync(join(root, "scripts", "script.ts"), script);
  assert.deepEqual(run(root), { status: 0, printed: [true, "as a module"], stderr: "" });
});
