import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";

const MAP = join(projectRoot, "docs", "pipelines-map.md");
const text = readFileSync(MAP, "utf8");

/** Every file that the map links to, relative to the project. */
const linked = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) =>
  relative(projectRoot, join(dirname(MAP), target)),
);

/** The folders whose files the original's README lists individually. */
const entrypoints = [
  { folder: "pipelines", isListed: (name: string) => name.endsWith(".ts") && !name.endsWith(".test.ts") },
  { folder: "digdag", isListed: (name: string) => name.endsWith(".dig") },
  { folder: "tests", isListed: (name: string) => /^run_test_(?!scripts).*\.ts$/.test(name) },
];

test("every file in the map exists", () => {
  assert.ok(linked.length > 80, `${linked.length} links`);
  assert.deepEqual(
    linked.filter((path) => !existsSync(join(projectRoot, path))),
    [],
  );
});

test("every heading in the map exists", () => {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  );
  const references = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, heading = ""]) => heading);
  assert.ok(references.length > 0);
  assert.deepEqual(
    references.filter((heading) => !headings.includes(heading)),
    [],
  );
});

for (const { folder, isListed } of entrypoints) {
  test(`every entrypoint in ${folder}/ is listed`, () => {
    const paths = readdirSync(join(projectRoot, folder))
      .filter(isListed)
      .map((name) => `${folder}/${name}`);
    assert.ok(paths.length >= 5);
    assert.deepEqual(
      paths.filter((path) => !linked.includes(path)),
      [],
    );
  });
}
