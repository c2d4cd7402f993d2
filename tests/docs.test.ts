import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { LAKE_FOLDERS } from "../lib/cli/command_call.ts";
import { projectRoot } from "../lib/files/project_root.ts";

const SKIPPED = ["node_modules", "demo"];

/** Every Markdown page of the project. */
const pages = markdownIn("").sort();

function markdownIn(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name.startsWith(".") || SKIPPED.includes(path) ? [] : markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The text without code, which contains no links. */
const proseOf = (path: string) =>
  readFileSync(join(projectRoot, path), "utf8").replace(/^```[\s\S]*?^```/gm, "");

const headingsOf = (path: string) =>
  [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );

test("the pages that a newcomer needs exist", () => {
  const docs = [
    "getting-started",
    "concepts",
    "datasets",
    "commands",
    "operations",
    "deployment",
    "architecture",
  ];
  const more = ["troubleshooting", "comparison", "contributing"];
  for (const path of ["README.md", "CHANGELOG.md", ...[...docs, ...more].map((name) => `docs/${name}.md`)]) {
    assert.ok(pages.includes(path), path);
  }
});

for (const page of pages) {
  test(`every link of ${page} has a target`, () => {
    const links = [...proseOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const broken = links.filter(([, target = "", heading]) => {
      const path = target === "" ? page : join(dirname(page), target);
      return (
        !existsSync(join(projectRoot, path)) || (heading !== undefined && !headingsOf(path).includes(heading))
      );
    });
    assert.deepEqual(
      broken.map(([link]) => link),
      [],
    );
  });
}

test("the index of decisions names each of them once, with its title", () => {
  const folder = join(projectRoot, "docs/decisions");
  const titled = readdirSync(folder)
    .filter((name) => name !== "README.md")
    .map(
      (name) => `[${readFileSync(join(folder, name), "utf8").split("\n")[0]?.slice("# ".length)}](${name})`,
    );
  const index = readFileSync(join(folder, "README.md"), "utf8");
  const listed = [...index.matchAll(/^- (\[.*\]\(.*\))$/gm)].map(([, link]) => link);
  assert.deepEqual(listed.sort(), titled.sort());
});

test("every script that a page calls exists", () => {
  const texts = pages.map((page) => readFileSync(join(projectRoot, page), "utf8")).join("\n");
  const paths = [...texts.matchAll(/tsx ([\w./]+\.ts)\b/g)].map(([, path = ""]) => path);
  const names = [...texts.matchAll(/(?:^|[`$(|&] ?)bin\/lake ([a-z]\w+)/gm)].map(([, name = ""]) => name);
  const called = [...paths, ...names.map(pathOf)];
  assert.ok(called.length > 60, `${called.length} scripts`);
  assert.deepEqual(
    called.filter((path) => !existsSync(join(projectRoot, path))),
    [],
  );
});

/** The script that `bin/lake` runs for a name. */
function pathOf(name: string): string {
  const paths = LAKE_FOLDERS.map((folder) => `${folder}/${name}.ts`);
  return paths.find((path) => existsSync(join(projectRoot, path))) ?? name;
}

test("bin/lake generate runs every script that writes a generated file", () => {
  const generate = readFileSync(join(projectRoot, "scripts/generate.ts"), "utf8");
  const generators = readdirSync(join(projectRoot, "scripts"))
    .filter((name) => /^(describe_|compile_)\w+(?<!\.test)\.ts$/.test(name))
    .map((name) => name.replace(".ts", ""));
  assert.ok(generators.length > 4);
  assert.deepEqual(
    generators.filter((name) => !generate.includes(`"${name}"`)),
    [],
  );
});
