import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Finished, finish } from "../../lib/digdag/testing/digdag_project.ts";
import { lakePaths, sealedDir } from "../../lib/files/paths.ts";
import { schemaNameOf } from "../../lib/files/run_id.ts";
import { makeLake } from "../../lib/lake/testing/fixture_runs.ts";
import { switchWithRecord } from "../../lib/promotion/promotions.ts";
import { type StartedEngine, testEngines } from "../../lib/testing/engines.ts";
import { type GeneratedMonth, makeGeneratedMonth } from "./generated_months.ts";
import { type HistoryLake, historyLake, runsAndActive } from "./history_lake.ts";

// Runs the workflows with the real Digdag on three months extracted and built from generated dumps.

const DIGDAG = fileURLToPath(new URL("../../bin/digdag", import.meta.url));

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

    function digdag(workflow: string, parameters: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
      const args = Object.entries(parameters).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
      const child = spawn(DIGDAG, ["run", workflow, "--verbose", ...args], {
        cwd: lake,
        env: { ...process.env, ...started.env, DISCOGS_DATA_LAKE: lake, DIGDAG: "", ...env },
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
      const { code, stdout } = await digdag("history_pipeline.dig", {}, env);
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
      const { stdout } = await ok("history_pipeline.dig", {});
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

    test("each workflow also runs on its own, with its parameters", { skip: !isFirst }, async () => {
      const [first] = months;
      assert.ok(first !== undefined);
      await ok("register_run_schema.dig", { run_id: first.runId });
      await ok("update_run_registry.dig", { action: "by_hand" });
      const alone = await ok("compute_kpis.dig", { only_run_id: first.runId, recompute: "true" });
      assert.equal(alone.stdout.match(/35 KPIs ok/g)?.length, 1);
      assert.equal(lastLineOfTasks(alone), "no KPI failed when last computed (complete runs: 1)");
      const [from_run = "", , to_run = ""] = months.map(({ runId }) => runId);
      const compared = await ok("compare_months.dig", { from_run, to_run });
      assert.match(compared.stdout, /^releases +\d+ +0 +\d+ +0$/m);
      await ok("export_history_csv.dig", { with_timestamp: "true" });
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
      await ok("register_run_schema.dig", { run_id: first.runId });
      for (const [workflow, before] of [
        ["compute_kpis.dig", /^run \S+: 6 KPIs ok$/m],
        ["history_pipeline.dig", /history_kpis_v3_wide_latest\.csv: \d+ rows$/m],
      ] as const) {
        const result = await ok(workflow, { recompute: "true" });
        assert.match(result.stdout, before);
        const named = lastLineOfTasks(result);
        assert.equal(result.stdout.split(named).length, 2, named);
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
      const other = await ok("compute_kpis.dig", { only_run_id: second.runId });
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
