import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { CodeHashes } from "./code_hashes.ts";

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{"sideEffects": false}',
  "package-lock.json": lock({
    "": { name: "x" },
    "node_modules/csv": { version: "1.0.0", integrity: "sha512-a", dependencies: { deep: "^2.0.0" } },
    "node_modules/csv/node_modules/deep": { version: "2.0.0", peerDependencies: { peer: "1" } },
    "node_modules/deep": { version: "1.0.0" },
    "node_modules/peer": { version: "1.1.0" },
    "node_modules/other": { version: "1.0.0" },
    "node_modules/esbuild": { version: "1.0.0" },
  }),
  "lib/main.ts": `import { parse } from "csv/sync";
    import type { Row } from "./types.ts";
    import { used } from "./helpers.ts";
    const script = new URL("thread.ts", import.meta.url);
    export const main = async (row: Row) => [parse(row), used(), script, await import("./later.ts")];`,
  "lib/types.ts": "export interface Row { id: number }",
  "lib/helpers.ts": `import { table } from "./table.ts";
    export const used = () => 1;
    export const unused = () => table;`,
  "lib/table.ts": "export const table = ['a', 'b'].sort();",
  "lib/later.ts": "export const later = 1;",
  "lib/thread.ts": 'import { work } from "./work.ts";\nwork();',
  "lib/work.ts": "export const work = () => 1;",
};

function project(t: TestContext): string {
  const root = temporaryDirectory(t);
  for (const [name, content] of Object.entries(FILES)) put(root, name, content);
  return root;
}

function put(root: string, name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

const hashIn = (root: string) => new CodeHashes(root).ofModule("lib/main.ts");

const CHANGES: Record<string, [file: string, content: string]> = {
  "the module itself": ["lib/main.ts", `${FILES["lib/main.ts"]}\nexport const more = 1;`],
  "an import that it uses": ["lib/helpers.ts", "export const used = () => 2;"],
  "a dynamic import": ["lib/later.ts", "export const later = 2;"],
  "an import of a thread's script": ["lib/work.ts", "export const work = () => 2;"],
  "a package's version": ["package-lock.json", FILES["package-lock.json"]?.replace("1.0.0", "1.0.1") ?? ""],
  "the compiler's version": [
    "package-lock.json",
    FILES["package-lock.json"]?.replace('esbuild":{"version":"1.0.0"', 'esbuild":{"version":"1.0.1"') ?? "",
  ],
  "the version of a package's dependency": [
    "package-lock.json",
    FILES["package-lock.json"]?.replace('"1.1.0"', '"1.2.0"') ?? "",
  ],
};

for (const [what, [file, content]] of Object.entries(CHANGES)) {
  test(`a change of ${what} changes the hash`, (t) => {
    const root = project(t);
    const before = hashIn(root);
    put(root, file, content);
    assert.notEqual(hashIn(root), before);
  });
}

const NO_CHANGES: Record<string, [file: string, content: string]> = {
  "a comment and a type": [
    "lib/helpers.ts",
    "/** Comment. */\nexport const used = (): number => 1; // more\nexport const unused = () => 2;",
  ],
  "an unused import": ["lib/table.ts", "export const table = ['c'].sort();"],
  "an imported type": ["lib/types.ts", "export interface Row { id: string }"],
  "a module that is not imported": ["lib/new.ts", "export const x = 1;"],
  "a package that it does not use": [
    "package-lock.json",
    FILES["package-lock.json"]?.replace('other":{"version":"1.0.0"', 'other":{"version":"9.0.0"') ?? "",
  ],
};

for (const [what, [file, content]] of Object.entries(NO_CHANGES)) {
  test(`a change of ${what} keeps the hash`, (t) => {
    const root = project(t);
    const before = hashIn(root);
    assert.notEqual(content, FILES[file]);
    put(root, file, content);
    assert.equal(hashIn(root), before);
  });
}

test("the hash does not depend on the project's location", (t) => {
  const root = project(t);
  const other = join(temporaryDirectory(t), "deep", "below");
  cpSync(root, other, { recursive: true });
  assert.equal(hashIn(other), hashIn(root));
});

test("a package missing from package-lock.json is an error", (t) => {
  const root = project(t);
  put(root, "lib/work.ts", 'import x from "absent"; export const work = () => x;');
  assert.throws(() => hashIn(root), /package-lock\.json does not list absent/);
});

test("later edits do not count", (t) => {
  const root = project(t);
  const hashes = new CodeHashes(root);
  const before = hashes.ofModule("lib/main.ts");
  put(root, "lib/work.ts", "export const work = () => 2;");
  assert.equal(hashes.ofModule("lib/main.ts"), before);
});
