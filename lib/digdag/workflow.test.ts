import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../files/project_root.ts";
import { workflowFolders } from "./places.ts";
import { findWorkflow, ownsRun, worksOnMonth } from "./workflow.ts";

const digdag = join(projectRoot, "digdag");

test("finds a workflow from the root and from its folder, by name, file or path", () => {
  for (const [given, cwd] of [
    ["main.dig", projectRoot],
    ["main", projectRoot],
    ["digdag/main.dig", projectRoot],
    ["main.dig", digdag],
    ["../digdag/main", join(projectRoot, "history")],
    [join(digdag, "main.dig"), "/"],
  ] as const) {
    assert.deepEqual(findWorkflow(given, cwd), { name: "main", project: digdag }, `${given} in ${cwd}`);
  }
});

test("searches the working directory first, and names the places searched for an absent workflow", async () => {
  const dir = await mkdtemp(join(tmpdir(), "workflow-"));
  try {
    await writeFile(join(dir, "main.dig"), "");
    assert.equal(findWorkflow("main", dir).project, dir);
    assert.throws(
      () => findWorkflow("none", dir),
      new RegExp(`no workflow none\\.dig in ${dir}, .*/digdag, `),
    );
    assert.throws(
      () => findWorkflow("main", digdag, join(dir, "empty")),
      /no workflow main\.dig in .*empty$/,
    );
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("workflows that work on dumps or on a dump's run need a dump month", () => {
  const monthly = readdirSync(digdag)
    .filter((name) => name.endsWith(".dig"))
    .map((name) => findWorkflow(name, digdag))
    .filter(worksOnMonth);
  assert.deepEqual(monthly.map(({ name }) => name).sort(), [
    "build",
    "build_from_artists",
    "build_from_releases",
    "download",
    "ingest",
    "ingest_other_dumps",
    "ingest_releases",
    "main",
    "preflight",
    "tests_parquet_run",
    "tests_xml_dev",
  ]);
  assert.equal(worksOnMonth({ name: "main", project: "/elsewhere" }), false);
  assert.ok(workflowFolders.includes(digdag));
});

test("only sessions that make or continue a run own one", () => {
  const run_id = "2026-06__20260701_020304";
  const [, history = ""] = workflowFolders;
  assert.equal(ownsRun({ workflow: "main", project: digdag, run_id }), true);
  assert.equal(ownsRun({ workflow: "promote", project: digdag }), false);
  assert.equal(ownsRun({ workflow: "register_run_schema", project: history, run_id }), false);
  assert.equal(ownsRun({ workflow: "main", project: "/elsewhere", run_id }), true);
  assert.equal(ownsRun({ workflow: "main", project: "/elsewhere" }), false);
});
