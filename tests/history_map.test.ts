import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";
import { eventTables, eventViews } from "../lib/history/event_tables.ts";

const MAP = join(projectRoot, "docs", "history-map.md");
const text = readFileSync(MAP, "utf8");

/** Every file that the map links to, relative to the project. */
const linked = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) =>
  relative(projectRoot, join(dirname(MAP), target)),
);
const workflows = readdirSync(join(projectRoot, "history")).filter((name) => name.endsWith(".dig"));

test("every file in the map exists", () => {
  assert.ok(linked.length > 60, `${linked.length} links`);
  assert.deepEqual(
    linked.filter((path) => !existsSync(join(projectRoot, path))),
    [],
  );
});

test("the map lists every workflow of the history with its script, if it has one", () => {
  assert.equal(workflows.length, 7);
  const scripts = workflows
    .map((name) => `scripts/${basename(name, ".dig")}.ts`)
    .filter((path) => existsSync(join(projectRoot, path)));
  assert.equal(scripts.length, 5, "all but history_pipeline.dig and compare_months.dig");
  const expected = [...workflows.map((name) => `history/${name}`), ...scripts, "history/README.md"];
  assert.deepEqual(
    expected.filter((path) => !linked.includes(path)),
    [],
  );
});

test("the map lists every event table and every CSV", () => {
  const names = eventTables.flatMap((table) => [table, ...eventViews(table)]).map(({ name }) => name);
  const csvs = ["kpis_long", "kpis_wide", "kpis_v2_long", "kpis_v3_long", "kpis_v3_wide"].map(
    (name) => `history_${name}_latest.csv`,
  );
  assert.deepEqual(
    [...names, ...csvs].filter((name) => !text.includes(`\`${name}\``)),
    [],
  );
});
