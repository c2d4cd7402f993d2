import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";

const page = readFileSync(join(projectRoot, "docs", "architecture.md"), "utf8");

interface Import {
  from: string;
  to: string;
}

const sources = ["bin", "legacy", "lib", "pipelines", "scripts", "tests"].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`),
);

/** Every import between files of this project, as paths relative to its root. */
const imports: Import[] = sources.flatMap((from) => {
  const text = readFileSync(join(projectRoot, from), "utf8");
  const targets = text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...targets].map(([, target = ""]) => ({ from, to: join(dirname(from), target) }));
});

const isTest = (file: string) => file.endsWith(".test.ts");
/** Folders below tests/ belong to the suites; the checks of data are directly in tests/. */
const isForTests = (file: string) => isTest(file) || /\/testing\/|^tests\/.*\//.test(file);
const named = ({ from, to }: Import) => `${from} imports ${to}`;

/** `lib/dump` of `lib/dump/tape.ts`, `scripts` of `scripts/seal_run.ts`. */
const roomOf = (file: string) =>
  file
    .split("/")
    .slice(0, file.startsWith("lib/") ? 2 : 1)
    .join("/");

const betweenRooms = imports
  .filter(({ from }) => !isForTests(from))
  .map(({ from, to }) => ({ from, to, room: roomOf(from), target: roomOf(to) }))
  .filter(({ room, target }) => room !== target);

test("finds imports", () => {
  assert.ok(imports.length > 500, `${imports.length} imports`);
  assert.ok(betweenRooms.length > 100, `${betweenRooms.length} imports between folders`);
});

test("lib does not import what is built on it", () => {
  const callers = betweenRooms.filter(
    ({ room, target }) => room.startsWith("lib/") && !target.startsWith("lib/"),
  );
  assert.deepEqual(callers.map(named), []);
});

test("nothing imports an entrypoint, except that legacy imports its pipelines", () => {
  const entrypoints = betweenRooms.filter(
    ({ room, target }) => !target.startsWith("lib/") && !(room === "legacy" && target === "pipelines"),
  );
  assert.deepEqual(entrypoints.map(named), []);
});

test("lib/cli and lib/datasets import nothing else of the project", () => {
  const others = betweenRooms.filter(({ room }) => room === "lib/cli" || room === "lib/datasets");
  assert.deepEqual(others.map(named), []);
});

test("nothing in lib imports the pages, and only their charts import the chart library", () => {
  const needs = betweenRooms.filter(({ room, target }) => target === "lib/report" && room.startsWith("lib/"));
  assert.deepEqual(needs.map(named), []);
  const charted = sources.filter((file) =>
    /from "echarts\//.test(readFileSync(join(projectRoot, file), "utf8")),
  );
  assert.deepEqual(charted, ["lib/report/charts/drawing.ts"]);
});

test("only tests, and what runs them, import what is for tests", () => {
  const runners = ["scripts/run_tests.ts", "scripts/fuzz.ts", "scripts/test_faults.ts"];
  const leaks = imports.filter(
    ({ from, to }) => !isForTests(from) && isForTests(to) && !runners.includes(from),
  );
  assert.deepEqual(leaks.map(named), []);
});

test("what extracts dumps loads DuckDB's library only in its threads, whose settings it reads when loaded", () => {
  const loaded = (file: string): string[] =>
    [
      ...readFileSync(join(projectRoot, file), "utf8").matchAll(
        /^(?:im|ex)port (?!type\b)[^;]*?"([^"]+)";/gm,
      ),
    ].map(([, target = ""]) => (target.startsWith(".") ? join(dirname(file), target) : target));
  const reached = (files: readonly string[], seen: Set<string>): Set<string> => {
    const others = files.flatMap(loaded).filter((file) => !seen.has(file) && seen.add(file));
    return others.length === 0
      ? seen
      : reached(
          others.filter((file) => file.endsWith(".ts")),
          seen,
        );
  };
  const extractors = sources.filter((file) => /^pipelines\/(ingest|extract_)/.test(file));
  const everything = reached(extractors, new Set(extractors));
  assert.ok(everything.has("lib/extract/threads/worker_thread.ts"));
  assert.ok(!everything.has("@duckdb/node-api"));
});

test("directories are made by makeDirectory: Node's recursive mkdir never ends in /proc", () => {
  const recursive = /\bmkdir(?:Sync)?\([^;]*\brecursive: true/;
  const makers = sources.filter(
    (file) => !isForTests(file) && recursive.test(readFileSync(join(projectRoot, file), "utf8")),
  );
  assert.deepEqual(makers, []);
});

test("folders of lib depend on one another in one direction", () => {
  const reached = (from: string, seen: Set<string>): Set<string> => {
    for (const { room, target } of betweenRooms) {
      if (room === from && !seen.has(target)) reached(target, seen.add(target));
    }
    return seen;
  };
  const rooms = new Set(betweenRooms.map(({ room }) => room));
  assert.deepEqual(
    [...rooms].filter((room) => reached(room, new Set()).has(room)),
    [],
  );
});

test("no file imports itself by way of others, not even types", () => {
  const targets = new Map(sources.map((file): [string, string[]] => [file, []]));
  for (const { from, to } of imports) targets.get(from)?.push(to);
  const settled = new Set<string>();
  const circleFrom = (file: string, way: readonly string[]): string[] => {
    if (way.includes(file)) return [[...way.slice(way.indexOf(file)), file].join(" -> ")];
    if (settled.has(file)) return [];
    const circles = (targets.get(file) ?? []).flatMap((to) => circleFrom(to, [...way, file]));
    settled.add(file);
    return circles;
  };
  assert.deepEqual(
    sources.flatMap((file) => circleFrom(file, [])),
    [],
  );
});

test("docs/architecture.md lists every folder of the project", () => {
  const libs = readdirSync(join(projectRoot, "lib")).filter((name) =>
    sources.some((file) => file.startsWith(`lib/${name}/`)),
  );
  const rooms = [
    ...libs.map((name) => `lib/${name}`),
    "bin",
    "digdag",
    "docs",
    "history",
    "legacy",
    "pipelines",
  ];
  assert.deepEqual(
    [...rooms, "scripts", "sql", "tests"].filter((room) => !page.includes(`| \`${room}/\` |`)),
    [],
  );
});

test("docs/architecture.md names only existing folders", () => {
  const rooms = [...page.matchAll(/^\| `([^`]+)\/` \|/gm)].map(([, room = ""]) => room);
  assert.ok(rooms.length > 15);
  assert.deepEqual(
    rooms.filter((room) => readdirSync(join(projectRoot, room)).length === 0),
    [],
  );
});
