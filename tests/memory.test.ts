import assert from "node:assert/strict";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeBenchRun } from "../lib/bench/history_run.ts";
import { compareRuns } from "../lib/changes/compare.ts";
import { measureMonth } from "../lib/checks/month_measures.ts";
import { parquetSanity } from "../lib/checks/parquet_sanity.ts";
import { recomputedChecks } from "../lib/checks/recomputed.ts";
import { reportOnRun } from "../lib/checks/sanity_of_run.ts";
import type { CommandMain } from "../lib/cli/command.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { warehouseDatasets } from "../lib/datasets/index.ts";
import { workflowFolders } from "../lib/digdag/places.ts";
import { commandsIn } from "../lib/digdag/testing/workflow_maps.ts";
import { readWorkflowFile } from "../lib/digdag/workflow_file.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { eventTables, eventViews } from "../lib/history/event_tables.ts";
import { datasetsIn } from "../lib/lake/datasets_in.ts";
import { openRunEngine } from "../lib/sql/duckdb/open.ts";
import { ACTIVE_SCHEMA, HISTORY_SCHEMA, type SqlEngine } from "../lib/sql/engine.ts";
import { registerSchema } from "../lib/sql/register.ts";
import { splitStatements } from "../lib/sql/split.ts";
import { readSql, sqlFiles } from "../lib/sql/sql_files.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main as sanityReport } from "../scripts/sanity_report.ts";

/**
 * A run with 1/65 of a full month's releases and 1/20 of the default memory, of which DuckDB needs some whatever the data. Most
 * joins and groups don't fit and have to spill.
 */
const RELEASES = 300_000;
const limits = { memoryLimit: "100MB", threads: 2 };
/** Enough for each check, but not for all of them together. */
const tight = { memoryLimit: "64MB", threads: 2 };

let run: string;
before(async () => {
  run = mkdtempSync(join(tmpdir(), "discogs-data-lake-test-"));
  await writeBenchRun(run, RELEASES, { ...limits, log: silentLogger });
});
after(() => rmSync(run, { recursive: true, force: true }));

async function onRun<T>(limit: typeof limits, fn: (engine: SqlEngine) => Promise<T>): Promise<T> {
  const { engine } = await openRunEngine(run, limit);
  try {
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables: await datasetsIn(run) });
    await engine.createSchema(HISTORY_SCHEMA);
    for (const table of eventTables) {
      const { name, columns } = table;
      mkdirSync(join(run, "history", name), { recursive: true });
      await engine.externalTable(HISTORY_SCHEMA, {
        name,
        columns,
        location: `history/${name}`,
        files: "all",
      });
      for (const view of eventViews(table)) await engine.view(HISTORY_SCHEMA, view.name, view.select);
    }
    return await fn(engine);
  } finally {
    await engine.close();
  }
}

test("the sanity report's checks pass one by one in too little memory for all at once", async () => {
  const { checks } = await reportOnRun(run, tight);
  assert.ok(checks.length >= 20);
  const file = "sanity_report_active_v1.sql";
  const statements = splitStatements(readSql(file)).map(({ text }) => text);
  assert.equal(statements.length, checks.length);
  await assert.rejects(
    onRun(tight, (engine) => engine.query(statements.join("\nUNION ALL\n"), { file })),
    (error: Error) => {
      assert.match(
        error.message,
        /^duckdb: sanity_report_active_v1\.sql:1: the memory limit of 61\.0 MiB is too low: raise it with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT \(in: /,
      );
      return true;
    },
  );
});

test("every check of the Parquet sanity passes", async () => {
  const sanity = { ...tight, fast: false, minRows: {}, log: silentLogger };
  const { checks, passed } = await parquetSanity(run, sanity);
  assert.equal(passed, true, JSON.stringify(checks.filter(({ ok }) => !ok).map(({ name }) => name)));
});

for (const folder of ["kpi", "kpi_v2", "showcase_queries"]) {
  test(`every statement of sql/${folder} has a result`, async () => {
    const files = sqlFiles(folder);
    assert.ok(files.length > 5);
    await onRun(limits, async (engine) => {
      for (const file of files) {
        const { columns } = await engine.query(readSql(`${folder}/${file}`), {
          file: `sql/${folder}/${file}`,
        });
        assert.ok(columns.length > 0, file);
      }
    });
  });
}

/** The datasets whose comparison takes the most memory: the widest, lists of structs, and rows that belong to two records. */
const COMPARED = ["artists_v1_typed", "artist_memberships_v1_typed", "labels_v10", "releases_v6"];

/** Other ids of all artists, and other titles of all releases, which refer to them. */
const CHANGED: Record<string, string> = {
  artists_v1_typed: "SELECT * REPLACE (-artist_id AS artist_id)",
  releases_v6: `SELECT * REPLACE (title || '!' AS title, list_transform(artist_refs,
    lambda r: {artist_id: -r.artist_id, name: r.name, anv: r.anv, join_text: r.join_text}) AS artist_refs)`,
};

test("a comparison of runs in which every record changed reads them range by range", async () => {
  const [one, two] = [join(run, "one"), join(run, "two")];
  const { engine, session } = await openRunEngine(run, limits);
  try {
    for (const dataset of COMPARED) {
      const part = join(dataset, "part-00000.parquet");
      for (const side of [one, two]) mkdirSync(join(side, dataset), { recursive: true });
      linkSync(join(run, part), join(one, part));
      const changed = CHANGED[dataset];
      if (changed === undefined) linkSync(join(run, part), join(two, part));
      else await session.run(`COPY (${changed} FROM '${join(run, part)}') TO '${join(two, part)}'`);
    }
    const pair = { from: { runId: "one", dir: one }, to: { runId: "two", dir: two } };
    assert.equal(await compareRuns(session, pair, { log: silentLogger }), null);
    const counts = await session.run(
      "SELECT entity, added, removed, changed FROM change_counts WHERE dataset IS NULL ORDER BY entity",
    );
    const artists = BigInt(RELEASES / 2);
    assert.deepEqual(counts.getRowsJS(), [
      ["artist", artists, artists, 0n],
      ["label", 0n, 0n, 0n],
      ["release", 0n, 0n, BigInt(RELEASES)],
    ]);
    const often = `SELECT id FROM (SELECT unnest(artist_refs).artist_id AS id FROM '${join(one, "releases_v6", "part-00000.parquet")}')
      GROUP BY id HAVING count(*) >= 3`;
    const expected = (await session.run(`SELECT count(*), 0::BIGINT, 0::BIGINT FROM (${often})`)).getRowsJS();
    const moved = await session.run(
      "SELECT count(*), min(from_id + to_id), max(from_id + to_id) FROM id_moves",
    );
    assert.ok(Number(expected[0]?.[0]) > RELEASES / 8);
    assert.deepEqual(moved.getRowsJS(), expected);
  } finally {
    await engine.close();
  }
});

test("the option, the variable and their form", async () => {
  const args = ["--run", run, "--threads", "2"];
  const small = await runMain(sanityReport, [...args, "--memory-limit=1MB"]);
  assert.equal(small.code, 2);
  assert.match(
    small.stderr,
    /^scripts\/sanity_report\.ts: error: .*--memory-limit, -p memory_limit=[^\n]*\n$/,
  );
  const byVariable = await runMain(sanityReport, args, { DISCOGS_MEMORY_LIMIT: "1MB" });
  assert.deepEqual([byVariable.code, byVariable.stderr], [2, small.stderr]);
  for (const wrong of ["2", "0GB", "2 bottles", "80%"]) {
    const refused = await runMain(sanityReport, [...args, `--memory-limit=${wrong}`]);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      new RegExp(`--memory-limit is "${wrong}", but must be a size like 2GB or 512MiB`),
    );
  }
});

test("every step of a workflow passes the parameter to scripts that have the option", async () => {
  let steps = 0;
  for (const folder of workflowFolders) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".dig"))) {
      const commands = commandsIn(readWorkflowFile(join(folder, file))).join("\n");
      for (const [line, script = ""] of commands.matchAll(/^.*?(\w+\/\w+\.ts)\b.*$/gm)) {
        const { main } = (await import(join(projectRoot, script))) as { main: CommandMain };
        if (!("memory-limit" in main.command.options)) continue;
        steps += 1;
        assert.match(line, / --memory-limit="\$memory_limit"/, `${file}: ${script}`);
      }
    }
  }
  assert.ok(steps > 20, `${steps} steps`);
});

test("measuring for the drift gate and recomputing the warehouse fit in it too", async () => {
  const { measures, unreadable } = await measureMonth(
    run,
    await datasetsIn(run),
    limits,
    async () => undefined,
  );
  assert.deepEqual([...unreadable], []);
  assert.equal(measures.get("releases_v6")?.columns.release_id?.filled, RELEASES);
  const { engine, session } = await openRunEngine(run, limits);
  try {
    const tables = await datasetsIn(run);
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
    const usable = new Set(tables.map(({ table }) => table));
    for (const dataset of warehouseDatasets) {
      const checks = await recomputedChecks(session, dataset, undefined, usable);
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
    }
  } finally {
    await engine.close();
  }
});
