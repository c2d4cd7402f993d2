import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { allTables, warehouseDatasets } from "../datasets/index.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { projectRoot } from "../files/project_root.ts";
import { CodeVersions, codeVersion, datasetCode } from "./code_version.ts";

/** A copy of the parts of this project that versions depend on. */
const root = mkdtempSync(join(tmpdir(), "code-"));
for (const name of ["lib", "sql", "package.json", "package-lock.json"]) {
  cpSync(join(projectRoot, name), join(root, name), { recursive: true });
}
after(() => rmSync(root, { recursive: true }));

/** Changes a file of the copy for one test. */
function change(t: TestContext, file: string, changed: (text: string) => string): void {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  t.after(() => writeFileSync(path, text));
  writeFileSync(path, changed(text));
}

/** The tables whose code differs in the copy. */
function changedTables(): string[] {
  const versions = new CodeVersions(root);
  return allTables
    .filter((dataset) => versions.ofDataset(dataset) !== datasetCode(dataset))
    .map(({ table }) => table);
}

const tablesOf = (...kinds: string[]) =>
  allTables.filter(({ kind }) => kinds.includes(kind)).map(({ table }) => table);

test("versions consist of the package's version and a hash, wherever the project is", () => {
  assert.match(codeVersion(), /^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
  const versions = new CodeVersions(root);
  assert.equal(versions.ofData(), codeVersion());
  assert.equal(versions.ofChecks(), new CodeVersions(projectRoot).ofChecks());
  assert.deepEqual(changedTables(), []);
});

const CODE = "\nexport const added = globalThis.process;\nglobalThis.process = added;\n";

const cases: Record<string, { file: string; text: string; changed: string[]; checks: boolean }> = {
  "a comment in the parser": {
    file: "lib/parser/saxes_parser.ts",
    text: "// A comment.",
    changed: [],
    checks: false,
  },
  "the parser": {
    file: "lib/parser/saxes_parser.ts",
    text: CODE,
    changed: tablesOf("canonical", "detail"),
    checks: false,
  },
  "the WebAssembly of the parser": {
    file: "lib/parser/record_module_code.ts",
    text: CODE,
    changed: tablesOf("canonical", "detail"),
    checks: false,
  },
  "code run only by threads of an extraction": {
    file: "lib/extract/threads/part_collector.ts",
    text: CODE,
    changed: tablesOf("canonical", "detail"),
    checks: false,
  },
  "the writer of datasets": {
    file: "lib/parquet/dataset_writer.ts",
    text: CODE,
    changed: tablesOf("canonical", "detail", "optional"),
    checks: false,
  },
  "the pages of a collection": {
    file: "lib/collection/page.ts",
    text: CODE,
    changed: ["collection"],
    checks: false,
  },
  "the build of the warehouse": {
    file: "lib/warehouse/build.ts",
    text: CODE,
    changed: tablesOf("warehouse"),
    checks: false,
  },
  "the SQL of a warehouse dataset": {
    file: "sql/warehouse/release_artists_v1.sql",
    text: "-- x",
    changed: ["release_artists_v1"],
    checks: true,
  },
  "a view that a warehouse dataset reads": {
    file: "sql/views/artists_v1.sql",
    text: "-- x",
    changed: ["artist_name_map_v1", "artist_name_map_v2"],
    checks: true,
  },
  "a macro of warehouse datasets": {
    file: "sql/warehouse/macros/normalised.sql",
    text: "-- x",
    changed: ["artist_name_map_v1", "artist_name_map_v2"],
    checks: true,
  },
  "a check": { file: "lib/checks/declared_checks.ts", text: CODE, changed: [], checks: true },
  "a check in SQL": {
    file: "sql/checks/label_release_counts_v1.recomputed.sql",
    text: "-- x",
    changed: [],
    checks: true,
  },
  "the history": { file: "lib/history/kpis.ts", text: CODE, changed: [], checks: false },
  "a test": { file: "lib/parser/text.test.ts", text: CODE, changed: [], checks: false },
};

for (const [what, { file, text, changed, checks }] of Object.entries(cases)) {
  test(`a change of ${what} changes the version of ${changed.length} datasets${checks ? " and of the checks" : ""}`, (t) => {
    change(t, file, (before) => before + text);
    assert.deepEqual(changedTables(), changed);
    const versions = new CodeVersions(root);
    assert.equal(versions.ofData() !== codeVersion(), changed.length > 0);
    assert.equal(versions.ofChecks() !== new CodeVersions(projectRoot).ofChecks(), checks);
  });
}

test("a change of a package affects what uses it", (t) => {
  change(t, "package-lock.json", (text) => {
    const lock = JSON.parse(text);
    lock.packages["node_modules/saxes"].version = "6.0.1";
    return JSON.stringify(lock);
  });
  assert.deepEqual(changedTables(), tablesOf("canonical", "detail"));
});

test("a declaration affects its own dataset, descriptions included, but not what only documentation contains", () => {
  const versions = new CodeVersions(projectRoot);
  const before = versions.ofDataset(releasesV6);
  assert.notEqual(versions.ofDataset({ ...releasesV6, about: "Other words." } as typeof releasesV6), before);
  const [nameMap] = warehouseDatasets;
  assert.ok(nameMap !== undefined && nameMap.rule !== "");
  assert.equal(
    versions.ofDataset({ ...nameMap, rule: "Other words." } as typeof nameMap),
    versions.ofDataset(nameMap),
  );
  const other = { ...releasesV6, partRows: releasesV6.partRows + 1 };
  assert.notEqual(versions.ofDataset(other), before);
  const withCode = { ...releasesV6, derive: () => 1 };
  assert.throws(() => versions.ofDataset(withCode), /releases_ref_v6: derive is a function/);
});
