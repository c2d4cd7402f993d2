import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED = ["node_modules", "demo"];

/** Every Markdown page of the project. */
const pages = markdownIn("").sort();

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name.startsWith(".") || SKIPPED.includes(path) ? [] : markdownIn(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The text without code, which contains no links. */
const proseOf = (path: string) => readFileSync(join(ROOT, path), "utf8").replace(/^```[\s\S]*?^```/gm, "");

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
      return !existsSync(join(ROOT, path)) || (heading !== undefined && !headingsOf(path).includes(heading));
    });
    assert.deepEqual(
      broken.map(([link]) => link),
      [],
    );
  });
}

test("every script that a page calls exists", () => {
  const called = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/tsx ([\w./]+\.ts)\b/g)].map(([, path = ""]) => path),
  );
  assert.ok(called.length > 10);
  assert.deepEqual(
    called.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});
