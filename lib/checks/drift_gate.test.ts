import assert from "node:assert/strict";
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { main } from "../../scripts/drift_gate.ts";
import { silentLogger } from "../cli/log.ts";
import { readManifest } from "../lake/manifest.ts";
import { sealRun } from "../lake/seal.ts";
import { detailTables } from "../lake/testing/detail_tables.ts";
import {
  type FixtureRunOptions,
  makeBuildingRun,
  makeLake,
  makeOriginalRun,
  makeSealedRun,
} from "../lake/testing/fixture_runs.ts";
import { consistentTables, type FixtureRow } from "../lake/testing/fixture_tables.ts";
import { switchWithRecord } from "../promotion/promotions.ts";
import { runMain } from "../testing/run_main.ts";
import { driftBaseline } from "./drift_baseline.ts";

const at = (month: string, day: string) => `${month}__202609${day}_120000`;

/** Options of a run with this many labels, and this many skipped without a name. */
function withLabels(rows: number, skipped = 0): FixtureRunOptions {
  const labels = Array.from({ length: rows }, (_, index) => ({
    label_id: index + 1,
    name: `Label ${index}`,
  }));
  return {
    tables: { ...consistentTables, labels_v10: labels },
    counts: { labels_v10: { no_name: skipped } },
  };
}

async function lakeWithBaseline(options: FixtureRunOptions): Promise<string> {
  const lake = makeLake();
  await makeSealedRun(lake, at("2026-08", "01"), options);
  await switchWithRecord(lake, { action: "promote", runId: at("2026-08", "01") });
  return lake;
}

const RUN = at("2026-09", "02");
const gate = (lake: string, ...more: string[]) =>
  main(["--lake", lake, "--run-id", RUN, ...more], {}, silentLogger);

test("the baseline is the latest promoted run of the latest month up to the run's", async () => {
  const lake = makeLake();
  const baseline = async (runId: string) => (await driftBaseline(lake, runId))?.manifest.run_id;
  const promoted = [at("2026-07", "01"), at("2026-08", "02"), at("2026-08", "03"), at("2026-10", "04")];
  for (const runId of [...promoted, at("2026-08", "09")]) await makeSealedRun(lake, runId);
  await makeOriginalRun(lake, at("2026-09", "05"));
  assert.equal(await baseline(at("2026-09", "08")), undefined, "none was promoted");
  for (const runId of [...promoted, at("2026-09", "05")])
    await switchWithRecord(lake, { action: "promote", runId });
  assert.equal(await baseline(at("2026-09", "08")), at("2026-08", "03"), "not the original, not October");
  assert.equal(await baseline(at("2026-08", "01")), at("2026-08", "03"), "same month, but later");
  assert.equal(await baseline(at("2026-08", "03")), at("2026-08", "02"), "not the run itself");
  assert.equal(await baseline(at("2026-11", "08")), at("2026-10", "04"));
  assert.equal(await baseline(at("2026-06", "08")), undefined);
});

test("without a baseline the gate is skipped, as recorded in the manifest", async () => {
  const lake = makeLake();
  const { dir } = await makeBuildingRun(lake, RUN);
  assert.equal(await gate(lake), 0);
  assert.equal(readdirSync(join(dir, "_reports")).filter((name) => name.startsWith("drift_gate_")).length, 1);
  const { manifest } = await sealRun(lake, RUN);
  const { drift_gate: drift } = manifest.tests;
  assert.deepEqual([drift?.baseline, drift?.checks, drift?.passed], [null, 0, true]);
});

test("a run within or exactly at the limits passes", async () => {
  const lake = await lakeWithBaseline(withLabels(1000, 50));
  await makeBuildingRun(lake, RUN, withLabels(950, 150));
  assert.equal(await gate(lake), 0);
  const { manifest } = await sealRun(lake, RUN);
  assert.deepEqual(manifest.tests.drift_gate?.baseline, at("2026-08", "01"));
  assert.equal(manifest.tests.drift_gate?.accept_drift, false);
  assert.deepEqual(manifest.tests.drift_gate?.not_ok, []);
  assert.ok((manifest.tests.drift_gate?.checks ?? 0) > 12);
});

test("a drifted run is not sealed until the drift is accepted, as recorded in the manifest", async () => {
  const lake = await lakeWithBaseline(withLabels(1000, 50));
  const { dir } = await makeBuildingRun(lake, RUN, withLabels(949, 151));
  assert.equal(await gate(lake), 1);
  await assert.rejects(sealRun(lake, RUN), {
    message: /failed its checks: CRITICAL labels_v10\.rows, CRITICAL labels_v10\.no_name \(drift_gate_/,
  });
  assert.equal(await gate(lake, "--accept-drift", "yes"), 2);
  assert.equal(await gate(lake, "--max-drop-pct", "6"), 1, "the anomaly remains");
  assert.equal(await gate(lake, "--accept-drift", "true"), 0);
  await sealRun(lake, RUN);
  const manifest = await readManifest(dir.replace("_building.", ""));
  assert.deepEqual(
    [manifest?.tests.drift_gate?.accept_drift, manifest?.tests.drift_gate?.not_ok],
    [true, ["CRITICAL labels_v10.rows", "CRITICAL labels_v10.no_name"]],
  );
  assert.equal(await gate(lake), 0, "a sealed run is not compared again");
});

test("an unfinished run can't be compared", async () => {
  const lake = await lakeWithBaseline({});
  await makeBuildingRun(lake, RUN, { without: ["labels_v10"] });
  assert.equal(await gate(lake), 1);
});

test("a dataset that the run was begun without is reported, not failed; a new one is not compared", async () => {
  const lake = await lakeWithBaseline({ tables: detailTables });
  await makeBuildingRun(lake, RUN);
  const { code, stdout } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 0, stdout);
  const baseline = at("2026-08", "01");
  assert.match(
    stdout,
    new RegExp(
      `^ok +INFO +release_tracks_v1\\.rows +0 +not compared: this run was begun without it, run ${baseline} has 4 rows$`,
      "m",
    ),
  );
  const next = at("2026-10", "03");
  await sealRun(lake, RUN);
  await switchWithRecord(lake, { action: "promote", runId: RUN });
  await makeBuildingRun(lake, next, { tables: detailTables });
  const compared = await runMain(main, ["--lake", lake, "--run-id", next]);
  assert.equal(compared.code, 0, compared.stdout);
  assert.match(
    compared.stdout,
    new RegExp(`INFO +release_tracks_v1\\.rows +4 +not compared: run ${RUN} does not have it$`, "m"),
  );
});

test("compares all datasets that both runs have", async () => {
  const lake = await lakeWithBaseline({ tables: detailTables });
  await makeBuildingRun(lake, RUN, {
    tables: { ...detailTables, release_tracks_v1: detailTables.release_tracks_v1?.slice(1) ?? [] },
  });
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 1);
  assert.match(stderr, /has drifted from 2026-08\S+: release_tracks_v1\.rows/);
});

/** Tables with the given columns of releases. */
const withReleases = (changed: FixtureRow): FixtureRunOptions => ({
  tables: {
    ...consistentTables,
    releases_v6: (consistentTables.releases_v6 ?? []).map((row) => ({ ...row, ...changed })),
  },
});

test("names a column that became empty, and the parameter that accepts just that", async () => {
  const lake = await lakeWithBaseline(withReleases({ status: "Accepted", country: "Sweden" }));
  const { dir } = await makeBuildingRun(lake, RUN, withReleases({ country: "Sweden" }));
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /has drifted from 2026-08\S+: releases_v6\.status \(filled in 0 of 2 rows; baseline: 2 of 2\); .* accept_drift=releases_v6\.status$/m,
  );
  assert.equal(await gate(lake, "--accept-drift", "releases_v6.country,labels_v10.rows"), 1, "others");
  assert.equal(await gate(lake, "--accept-drift", "releases_v6.staus"), 2, "none of that name");
  assert.equal(await gate(lake, "--accept-drift", "releases.status"), 2, "no dataset");
  assert.equal(await gate(lake, "--accept-drift", "releases_v6.status"), 0);
  const { manifest } = await sealRun(lake, RUN);
  assert.deepEqual(manifest.tests.drift_gate?.accepted, ["releases_v6.status"]);
  assert.equal(manifest.parameters.accept_drift, "releases_v6.status");
  assert.equal(manifest.datasets.releases_v6?.measures?.columns.country?.filled, 2);
  assert.equal(dir.endsWith(RUN), true);
});

test("accepting one column does not hide another", async () => {
  const lake = await lakeWithBaseline(withReleases({ status: "Accepted", country: "Sweden" }));
  await makeBuildingRun(lake, RUN);
  assert.equal(await gate(lake, "--accept-drift", "releases_v6.status"), 1);
  assert.equal(await gate(lake, "--accept-drift", "releases_v6.status,releases_v6.country"), 0);
});

test("compares with the measures in the manifest, or with the files if it has none", async () => {
  const lake = await lakeWithBaseline(withReleases({ status: "Accepted" }));
  const older = await readManifest(join(lake, "_runs", at("2026-08", "01")));
  assert.equal(older?.datasets.releases_v6?.measures, undefined);
  await makeBuildingRun(lake, RUN, withReleases({ status: "Accepted" }));
  assert.equal(await gate(lake), 0);
  await sealRun(lake, RUN);
  await switchWithRecord(lake, { action: "promote", runId: RUN });
  const next = at("2026-10", "03");
  await makeBuildingRun(lake, next);
  const files = join(lake, "_runs", RUN, "releases_v6");
  chmodSync(files, 0o755);
  rmSync(files, { recursive: true });
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", next]);
  assert.equal(code, 1);
  assert.match(stderr, /has drifted from 2026-09\S+: releases_v6\.status \(/);
});

/** Tables with 1,000 labels, each with these columns. */
const withAllLabels = (columns: (id: number) => FixtureRow): FixtureRunOptions => ({
  tables: {
    ...consistentTables,
    labels_v10: Array.from({ length: 1000 }, (_, id) => ({ label_id: id + 1, ...columns(id + 1) })),
  },
});

test("an expected column that was empty before is not excused", async () => {
  const lake = await lakeWithBaseline(withAllLabels(() => ({})));
  await makeBuildingRun(
    lake,
    RUN,
    withAllLabels(() => ({})),
  );
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 1);
  assert.match(stderr, /labels_v10\.name \(filled in 0 of 1000 rows; at least one value expected\)/);
});

test("names references that lead nowhere any more", async () => {
  const toOthers = (distance: number) =>
    withAllLabels((id) => ({ name: `Label ${id}`, parent_label_id: distance + id }));
  const lake = await lakeWithBaseline(toOthers(0));
  await makeBuildingRun(lake, RUN, toOthers(5000));
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /from 2026-08\S+: labels_v10\.parent_label_id\.orphans \(1000 in 1000 references; baseline: 0 in 1000\)/,
  );
});

test("names an unreadable dataset", async () => {
  const lake = await lakeWithBaseline({});
  const { dir } = await makeBuildingRun(lake, RUN);
  rmSync(join(dir, "labels_v10", "part-00000.parquet"));
  const { code, stderr } = await runMain(main, ["--lake", lake, "--run-id", RUN]);
  assert.equal(code, 1);
  assert.match(stderr, /labels_v10\.columns \(not run: .*labels_v10: has no parts\)/);
});
