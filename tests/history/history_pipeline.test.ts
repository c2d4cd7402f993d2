import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Finished, finish } from "../../lib/digdag/testing/digdag_project.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { lakePaths, sealedDir } from "../../lib/files/paths.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { schemaNameOf } from "../../lib/files/run_id.ts";
import { makeLake } from "../../lib/lake/testing/fixture_runs.ts";
import { switchWithRecord } from "../../lib/promotion/promotions.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { commandsOf, fencedBlocks } from "../../lib/testing/fenced.ts";
import { type GeneratedMonth, makeGeneratedMonth } from "./generated_months.ts";
import { type HistoryLake, historyLake, runsAndActive } from "./history_lake.ts";

// Runs the workflows of history/README.md with the real Digdag on three months extracted and built from generated dumps.

/** The workflows of the page, all steps first. */
const [PIPELINE = "", ...STEPS] = fencedBlocks(projectRoot, "history/README.md")
  .flatMap(commandsOf)
  .map(({ command }) => command)
  .filter((command) => command.startsWith("bin/digdag run "));

for (const testEngine of testEngines) {
  describe(`history_pipeline.dig on ${testEngine.name}`, () => {
    // What a workflow passes to its scripts does not depend on the engine.
    const isFirst = testEngine === testEngines[0];
    const lake = makeLake();
    const months: GeneratedMonth[] = [];
    let started: StartedEngine;
    let history: HistoryLake;

    before(async () => {
      for (const [month, growth] of [
        ["2026-07", 0],
        ["2026-08", 5],
        ["2026-09", 12],
      ] as const) {
        months.push(await makeGeneratedMonth(lake, month, growth));
      }
      for (const { runId } of months) await switchWithRecord(lake, { action: "promote", runId });
      started = await testEngine.start(lake);
      history = historyLake(lake, started);
    });
    after(() => started.stop());

    function digdag(command: string, env: NodeJS.ProcessEnv = {}) {
      const [program = "", ...args] = command.split(" ");
      const child = spawn(join(projectRoot, program), [...args, "--verbose"], {
        cwd: lake,
        env: userEnv({ ...started.env, DISCOGS_DATA_LAKE: lake, ...env }),
        stdio: ["ignore", "pipe", "pipe"],
      });
      return finish(child);
    }

    async function ok(...args: Parameters<typeof digdag>): Promise<Finished> {
      const result = await digdag(...args);
      assert.equal(result.code, 0, result.stdout + result.stderr);
      return result;
    }

    test("an unavailable engine fails the pipeline in one line, recording nothing", async () => {
      const env = { TRINO_URL: "http://127.0.0.1:1", TRINO_TIMEOUT: "2" };
      const { code, stdout } = await digdag(PIPELINE, env);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /scripts\/register_run_schema\.ts: error: Trino at http:\/\/127\.0\.0\.1:1: .*refused$/m,
      );
      assert.match(stdout, /history_pipeline failed: .*repeat the same command/);
      await assert.rejects(history.rows("SELECT 1 FROM hive.discogs_history.run_registry_events"));
    });

    test("the same command then takes every run, including the active one, from its files to the CSVs", async () => {
      const untouched = await runsAndActive(lake);
      const { stdout } = await ok(PIPELINE);
      assert.match(stdout, /35 KPIs ok/);
      assert.deepEqual(await runsAndActive(lake), untouched);
      const wide = history.csv("history_kpis_wide");
      assert.deepEqual(
        wide.map(({ run_id }) => run_id),
        months.map(({ runId }) => runId),
      );
      for (const [index, { runId, kpis }] of months.entries()) {
        const row = wide[index] ?? {};
        assert.equal(row.schema_name, schemaNameOf(runId));
        assert.deepEqual(Object.fromEntries(Object.keys(kpis).map((name) => [name, row[name]])), kpis);
        assert.ok(Number(row.n_release_artist_links) > 0 && Number(row.top_label_releases) > 0);
      }
      assert.equal(history.csv("history_kpis_long").length, 3 * 35);
      assert.ok(history.csv("history_kpis_v2_long").length > 3 * 6);
      const pairs = "SELECT from_run, to_run FROM hive.discogs_history.comparison_latest ORDER BY to_run";
      assert.deepEqual(
        await history.rows(pairs),
        months.slice(1).map(({ runId }, index) => ({ from_run: months[index]?.runId, to_run: runId })),
      );
      const page = readFileSync(join(lakePaths(lake).historyReports, "history.html"), "utf8");
      for (const { runId } of months) assert.ok(page.includes(runId), runId);
      assert.match(page, /<h2 id="growth-title">Growth/);
    });

    test("each workflow also runs on its own, as the page shows it", { skip: !isFirst }, async () => {
      const [from, , to] = months;
      assert.ok(from !== undefined && to !== undefined);
      assert.deepEqual([PIPELINE, STEPS.length], ["bin/digdag run history_pipeline.dig", 7]);
      const results = new Map<string, Finished>();
      for (const command of STEPS) {
        results.set(command, await ok(command.replace("2025-12__20260120_194923", from.runId)));
      }
      const kpis = [...results].filter(([command]) => command.includes("compute_kpis"));
      assert.deepEqual(
        kpis.map(([, { stdout }]) => stdout.match(/35 KPIs ok/g)?.length ?? 0),
        [0, 0, 1],
        "only what is asked for is computed again",
      );
      assert.deepEqual(
        kpis.map(([, result]) => lastLineOfTasks(result)),
        [2, 3, 1].map((runs) => `no KPI failed when last computed (complete runs: ${runs})`),
      );
      await ok("bin/digdag run update_run_registry.dig -p action=by_hand");
      const compared = await ok(
        `bin/digdag run compare_months.dig -p from_run=${from.runId} -p to_run=${to.runId}`,
      );
      assert.match(compared.stdout, /^releases +\d+ +0 +\d+ +0$/m);
      const reports = readdirSync(lakePaths(lake).historyReports);
      assert.equal(reports.filter((name) => /_\d{8}_\d{6}_\d{3}\.csv$/.test(name)).length, 5);
      const actions = await history.rows(
        "SELECT action, count(*) AS n FROM hive.discogs_history.run_registry_events GROUP BY action ORDER BY action",
      );
      assert.deepEqual(actions, [
        { action: "by_hand", n: 3n },
        { action: "reconcile_register", n: 3n },
      ]);
    });

    test("failing KPIs of any set are named once, at the end of a workflow", {
      skip: !isFirst,
    }, async () => {
      const [first, second] = months;
      assert.ok(first !== undefined && second !== undefined);
      rmSync(join(sealedDir(lake, first.runId), "warehouse_discogs/release_style_xref_v1"), {
        recursive: true,
      });
      await ok(`bin/digdag run register_run_schema.dig -p run_id=${first.runId}`);
      for (const [workflow, before] of [
        ["compute_kpis.dig", /^run \S+: 6 KPIs ok$/m],
        ["history_pipeline.dig", /history_kpis_v3_wide_latest\.csv: \d+ rows$/m],
      ] as const) {
        const result = await ok(`bin/digdag run ${workflow} -p recompute=true`);
        assert.match(result.stdout, before);
        const named = lastLineOfTasks(result);
        assert.equal(result.stdout.split(named).length, 2, named);
        assert.doesNotMatch(result.stdout, /no KPI failed/);
        const [, heading, names = ""] = /^\S+ warning: (.*): (.*)$/.exec(named) ?? [];
        assert.equal(heading, `run ${first.runId}: 6 KPIs failed when last computed`);
        assert.deepEqual(
          names.split(", ").map((name) => name.replace(/ \(keeping the value of 20\S+\)$/, "")),
          [
            "avg_styles_per_release_bp",
            "n_release_style_links",
            "n_releases_with_style",
            "n_style_norm_distinct",
            "pct_releases_with_style_bp",
            "top_styles",
          ],
        );
      }
      const other = await ok(`bin/digdag run compute_kpis.dig -p only_run_id=${second.runId}`);
      assert.equal(lastLineOfTasks(other), "no KPI failed when last computed (complete runs: 1)");
    });
  });
}

/**
 * With --verbose, Digdag's task log and the tasks' output are on stdout, and its final messages on stderr, followed by the
 * launcher's three closing lines.
 */
function lastLineOfTasks({ stdout }: Finished): string {
  return stdout.trimEnd().split("\n").at(-4) ?? "";
}
