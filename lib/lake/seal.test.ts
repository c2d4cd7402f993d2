import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CheckFailedError } from "../cli/errors.ts";
import { codeVersion, datasetCode } from "../code/code_version.ts";
import { gitSha } from "../code/git_sha.ts";
import { allTables } from "../datasets/index.ts";
import { assertWritable } from "../files/guard.ts";
import { buildingDir, runLockPath, sealedDir } from "../files/paths.ts";
import { openBuilding } from "./building.ts";
import { datasetName, readDone, writeDone } from "./done.ts";
import { manifestSchema, readManifest } from "./manifest.ts";
import { writeReport } from "./reports.ts";
import { type SealStep, sealRun } from "./seal.ts";
import {
  makeBuildingRun,
  makeLake,
  makeSealedRun,
  makeUntestedRun,
  writeTestReports,
} from "./testing/fixture_runs.ts";
import { runScript } from "./testing/run_script.ts";
import { scratchDirectory } from "./testing/scratch.ts";
import { runProblems } from "./verify.ts";

const RUN = "2025-12__20260120_194923";
const STEPS: SealStep[] = ["manifest", "run file", "records", "sync", "write bits", "rename"];

/** A tested run, created once and copied. */
const template = makeLake();
await makeBuildingRun(template, RUN);

function lakeWithTestedRun(): string {
  const lake = makeLake();
  cpSync(template, lake, { recursive: true });
  return lake;
}

async function assertSealed(lake: string) {
  const dir = sealedDir(lake, RUN);
  const manifest = await readManifest(dir);
  assert.ok(manifest !== undefined);
  assert.deepEqual(await runProblems(dir, manifest), []);
  assert.deepEqual(readdirSync(join(lake, "_runs")), [RUN]);
  assert.deepEqual(readdirSync(dir), [
    "_reports",
    "artist_aliases_v1_typed",
    "artist_memberships_v1_typed",
    "artists_v1_typed",
    "labels_v10",
    "manifest.json",
    "masters_v1_typed",
    "releases_v6",
    "warehouse_discogs",
  ]);
  assert.equal(statSync(dir).mode & 0o222, 0);
  assert.equal(statSync(join(dir, "releases_v6", "part-00000.parquet")).mode & 0o222, 0);
}

test("seals a tested run with manifest, no write permissions and guard, and returns at once when repeated", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN, {
    parameters: { run_mode: "prod" },
    counts: { releases_v6: { dropped: 3 } },
  });
  const { manifest, wasSealed } = await sealRun(lake, RUN);
  assert.equal(wasSealed, false);
  await assertSealed(lake);
  assert.deepEqual(manifestSchema.parse(manifest), manifest);
  const releases = manifest.datasets.releases_v6;
  assert.deepEqual([releases?.rows, releases?.parts, releases?.counts], [2, 1, { dropped: 3 }]);
  assert.equal(manifest.datasets.release_artists_v1?.directory, "warehouse_discogs/release_artists_v1");
  assert.deepEqual(manifest.parameters, { run_mode: "prod" });
  assert.deepEqual(
    manifest.sources.map((source) => source.name),
    ["discogs_20251201_fixture.xml.gz"],
  );
  assert.throws(() => assertWritable(join(sealedDir(lake, RUN), "manifest.json")), /never changed/);
  assert.equal((await sealRun(lake, RUN)).wasSealed, true);
});

test("the manifest has the parameters of the datasets", async () => {
  const lake = makeLake();
  const { dir } = await makeBuildingRun(lake, RUN, { parameters: { run_mode: "prod" } });
  const record = await readDone(dir, "releases_v6");
  assert.ok(record !== undefined);
  await writeDone(dir, { ...record, options: { remove_control_characters: true } });
  const { manifest } = await sealRun(lake, RUN);
  assert.deepEqual(manifest.parameters, { run_mode: "prod", remove_control_characters: "true" });
});

test("the manifest names the commit only if the data was made by exactly this code", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN, { codeVersion: codeVersion() });
  assert.equal((await sealRun(lake, RUN)).manifest.git_sha, await gitSha());
  const other = "2025-11__20251220_194923";
  await makeBuildingRun(lake, other);
  assert.equal((await sealRun(lake, other)).manifest.git_sha, null);
});

test("a dataset of an older version counts as made by this one if the code it depends on is the same", async () => {
  const lake = makeLake();
  const { dir } = await makeBuildingRun(lake, RUN, { codeVersion: codeVersion() });
  for (const dataset of allTables.filter(({ required }) => required)) {
    const record = await readDone(dir, datasetName(dataset.directory));
    assert.ok(record !== undefined);
    const older = dataset.kind === "warehouse" ? "0.0.1+0" : record.code_version;
    await writeDone(dir, { ...record, code_version: older, dataset_code: datasetCode(dataset) });
  }
  const { manifest } = await sealRun(lake, RUN);
  assert.deepEqual([manifest.code_version, manifest.git_sha], [codeVersion(), await gitSha()]);
});

test("a sealed run with an added report still passes verification", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  const time = new Date();
  const first = await writeReport(dir, "duckdb_sanity_active", "csv", "a\n", time);
  const second = await writeReport(dir, "duckdb_sanity_active", "csv", "b\n", time);
  assert.notEqual(first, second);
  assert.equal(readFileSync(first, "utf8"), "a\n");
  await assertSealed(lake);
});

for (const step of STEPS) {
  test(`killed after "${step}", sealing completes when repeated`, async () => {
    const lake = lakeWithTestedRun();
    const killed = await runScript("lib/lake/testing/die_at_step.ts", "seal", lake, RUN, step);
    assert.equal(killed.signal, "SIGKILL", killed.stderr);
    assert.equal(existsSync(runLockPath(lake, RUN)), true);
    const { wasSealed } = await sealRun(lake, RUN);
    assert.equal(wasSealed, step === "rename");
    await assertSealed(lake);
  });
}

test("once its run file is removed, a run can only be sealed, and not with changed data", async () => {
  const lake = lakeWithTestedRun();
  const interrupt = (step: SealStep) => {
    if (step === "run file") throw new Error("interrupted");
  };
  await assert.rejects(sealRun(lake, RUN, { afterStep: interrupt }), /interrupted/);
  await assert.rejects(openBuilding(lake, RUN), /is being sealed: finish/);
  appendFileSync(join(buildingDir(lake, RUN), "labels_v10", "part-00000.parquet"), "x");
  await assert.rejects(sealRun(lake, RUN), /does not verify: labels_v10\/part-00000\.parquet/);
  assert.equal(existsSync(sealedDir(lake, RUN)), false);
});

test("data that changed after a first manifest must be tested again before sealing", async () => {
  const lake = lakeWithTestedRun();
  const dir = buildingDir(lake, RUN);
  const interrupt = (step: SealStep) => {
    if (step === "manifest") throw new Error("interrupted");
  };
  await assert.rejects(sealRun(lake, RUN, { afterStep: interrupt }), /interrupted/);
  const record = await readDone(dir, "labels_v10");
  assert.ok(record !== undefined);
  await writeDone(dir, { ...record, ended: new Date(Date.now() + 5000).toISOString() });
  await assert.rejects(sealRun(lake, RUN), /older than the data/);
});

type Spoil = (dir: string) => void | Promise<void>;
const spoiled: Record<string, { spoil: Spoil; message: RegExp }> = {
  "a record of more elements than rows and reasons": {
    spoil: async (dir) => {
      const record = await readDone(dir, "labels_v10");
      if (record !== undefined)
        await writeDone(dir, { ...record, records: record.rows + 3, counts: { no_name: 2 } });
    },
    message: /labels_v10: \d+ elements were read, but there are \d+ rows, and 2 were dropped or skipped/,
  },
  "a record of more rows than its parts have": {
    spoil: async (dir) => {
      const record = await readDone(dir, "labels_v10");
      if (record !== undefined) await writeDone(dir, { ...record, rows: record.rows + 1 });
    },
    message: /labels_v10: its record has \d+ rows, its parts have \d+: run ingest and build again/,
  },
  "a dataset without a record": {
    spoil: (dir) => rmSync(join(dir, "_done", "releases_v6.json")),
    message: /releases_v6 is not done/,
  },
  "a missing warehouse dataset": {
    spoil: (dir) => rmSync(join(dir, "warehouse_discogs", "release_artists_v1"), { recursive: true }),
    message: /release_artists_v1: the directory is missing/,
  },
  "a changed file": {
    spoil: (dir) => appendFileSync(join(dir, "releases_v6", "part-00000.parquet"), "x"),
    message: /releases_v6\/part-00000\.parquet: \d+ bytes/,
  },
  "an extra file": {
    spoil: (dir) => writeFileSync(join(dir, "releases_v6", "notes.txt"), ""),
    message: /releases_v6\/notes\.txt: not in the record/,
  },
  "an extra directory, though empty": {
    spoil: (dir) => mkdirSync(join(dir, "releases_v6", ".AppleDouble")),
    message: /releases_v6\/\.AppleDouble: a directory that is not in the record/,
  },
  "partial output": {
    spoil: (dir) => writeFileSync(join(dir, "masters_v1_typed", "_partial"), ""),
    message: /masters_v1_typed is partial/,
  },
  "something unknown next to the datasets": {
    spoil: (dir) => mkdirSync(join(dir, "warehouse_discogs", "scratch")),
    message: /warehouse_discogs\/scratch does not belong/,
  },
  "a directory among the reports": {
    spoil: (dir) => mkdirSync(join(dir, "_reports", ".ipynb_checkpoints")),
    message: /_reports\/\.ipynb_checkpoints does not belong to a run: move it away/,
  },
  "an unknown file": {
    spoil: (dir) => writeFileSync(join(dir, "todo.txt"), ""),
    message: /todo\.txt does not belong/,
  },
  "no run-level tests": {
    spoil: (dir) => removeReports(dir, "parquet_sanity"),
    message: /no parquet_sanity report/,
  },
  "no sanity report": {
    spoil: (dir) => removeReports(dir, "duckdb_sanity_run"),
    message: /no duckdb_sanity_run report/,
  },
  "tests that failed after passing": {
    spoil: (dir) => writeTestReports({ dir, runId: RUN }, { failed: ["masters_v1_typed.unique"] }),
    message: /failed its checks: CRITICAL masters_v1_typed\.unique/,
  },
  "a false CRITICAL check": {
    spoil: (dir) => writeTestReports({ dir, runId: RUN }, { critical: ["masters_v1.null_master_id"] }),
    message: /failed its checks: CRITICAL masters_v1\.null_master_id/,
  },
  "drift that was not accepted": {
    spoil: (dir) => writeDriftReport(dir, false),
    message: /failed its checks: CRITICAL releases_v6\.rows \(drift_gate/,
  },
  "tests of another run": {
    spoil: (dir) => writeTestReports({ dir, runId: "2025-11__20260120_194923" }),
    message: /belongs to run 2025-11/,
  },
  "datasets of two versions of the code": {
    spoil: async (dir) => {
      const record = await readDone(dir, "labels_v10");
      if (record !== undefined) await writeDone(dir, { ...record, code_version: "0.0.1+0" });
    },
    message: /several versions of the code/,
  },
  "a dataset of another run": {
    spoil: async (dir) => {
      const record = await readDone(dir, "labels_v10");
      const sources = [{ name: "discogs_20251101_labels.xml.gz", size: 1, sha256: "6".repeat(64) }];
      if (record !== undefined) await writeDone(dir, { ...record, sources });
    },
    message: /labels_v10 was made from discogs_20251101_labels\.xml\.gz, which is not a dump of this run/,
  },
  "datasets of two uploads of a dump": {
    spoil: async (dir) => {
      const record = await readDone(dir, "labels_v10");
      const sources = record?.sources.map((source) => ({ ...source, sha256: "6".repeat(64) })) ?? [];
      if (record !== undefined) await writeDone(dir, { ...record, sources });
    },
    message: /datasets of run \S+ were made from different files named discogs_20251201_fixture\.xml\.gz/,
  },
  "a dump that was replaced after it was read": {
    spoil: (dir) => {
      const raw = scratchDirectory();
      const runFile = join(dir, "run.json");
      const run = JSON.parse(readFileSync(runFile, "utf8"));
      const [dump] = run.sources;
      writeFileSync(runFile, JSON.stringify({ ...run, sources: [{ ...dump, path: join(raw, dump.name) }] }));
      writeFileSync(join(raw, "discogs_20251201_CHECKSUM.txt"), `${"6".repeat(64)} ${dump.name}\n`);
    },
    message:
      /made from a discogs_20251201_fixture\.xml\.gz with the sha256 5{64}, but \S+CHECKSUM\.txt says 6{64}: /,
  },
  "a warehouse dataset older than its inputs": {
    spoil: async (dir) => {
      const record = await readDone(dir, "release_style_xref_v1");
      const sources = [{ name: "releases_v6", size: 1, sha256: "6".repeat(64) }];
      if (record !== undefined) await writeDone(dir, { ...record, sources });
    },
    message: /release_style_xref_v1 was made from a releases_v6 that has changed since/,
  },
};

async function writeDriftReport(dir: string, accepted: boolean) {
  const time = new Date().toISOString();
  const check = { name: "releases_v6.rows", severity: "CRITICAL", ok: false, value: 9, details: "" };
  const times = { started: time, ended: time };
  const report = {
    run_id: RUN,
    baseline: null,
    max_drop_pct: 5,
    max_growth_pct: 25,
    accept: accepted ? "releases_v6.rows" : "false",
    accept_drift: accepted,
    accepted: accepted ? ["releases_v6.rows"] : [],
    measures: { releases_v6: { columns: { title: { filled: 2, distinct: 1, bytes: 18 } }, references: {} } },
    ...times,
    passed: accepted,
    checks: [check],
  };
  await writeReport(dir, "drift_gate", "json", JSON.stringify(report));
}

function removeReports(dir: string, kind: string) {
  for (const name of readdirSync(join(dir, "_reports"))) {
    if (name.startsWith(kind)) rmSync(join(dir, "_reports", name));
  }
}

for (const [what, { spoil, message }] of Object.entries(spoiled)) {
  test(`does not seal a run with ${what}`, async () => {
    const lake = lakeWithTestedRun();
    const dir = buildingDir(lake, RUN);
    await spoil(dir);
    await assert.rejects(sealRun(lake, RUN), (error) => {
      assert.ok(error instanceof CheckFailedError, String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.equal(existsSync(sealedDir(lake, RUN)), false);
  });
}

test("records accepted drift in the manifest, even if the run was begun without accepting it", async () => {
  const lake = makeLake();
  const { dir } = await makeBuildingRun(lake, RUN, {
    parameters: { accept_drift: "false", dry_run: "false" },
  });
  await writeDriftReport(dir, true);
  const { manifest } = await sealRun(lake, RUN);
  const drift = manifest.tests.drift_gate;
  assert.deepEqual([drift?.accept_drift, drift?.not_ok], [true, ["CRITICAL releases_v6.rows"]]);
  assert.deepEqual(drift?.accepted, ["releases_v6.rows"]);
  assert.deepEqual(manifest.parameters, {
    accept_drift: "releases_v6.rows",
    dry_run: "false",
    max_drop_pct: "5",
    max_growth_pct: "25",
  });
});

test("the manifest keeps the measures for comparing the next run", async () => {
  const lake = makeLake();
  const { dir } = await makeBuildingRun(lake, RUN);
  await writeDriftReport(dir, true);
  const { releases_v6: releases } = (await sealRun(lake, RUN)).manifest.datasets;
  assert.deepEqual([releases?.filled?.title, releases?.filled?.country], [2, 0]);
  assert.match(releases?.written?.numbers.release_id ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual(releases?.measures?.columns.title, { filled: 2, distinct: 1, bytes: 18 });
});

test("temporary files of killed writers do not prevent sealing", async () => {
  const lake = lakeWithTestedRun();
  const dir = buildingDir(lake, RUN);
  mkdirSync(join(dir, "_tmp.releases_v6.123"));
  mkdirSync(join(dir, "warehouse_discogs", "_tmp.x.123"));
  mkdirSync(join(dir, "_checked"));
  for (const records of ["_done", "_checked"]) {
    writeFileSync(join(dir, records, "_tmp.releases_v6.json.123"), "{");
  }
  await sealRun(lake, RUN);
  await assertSealed(lake);
});

test("the script reports in one line what is missing", async () => {
  const lake = makeLake();
  await makeUntestedRun(lake, RUN);
  const { code, stderr, stdout } = await runScript("scripts/seal_run.ts", RUN, "--lake", lake);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^scripts\/seal_run\.ts: error: run 2025-12\S+ has no parquet_sanity report.*\n$/);
});

test("the script seals a run once, and then only verifies it", async () => {
  const lake = lakeWithTestedRun();
  for (const outcome of ["sealed", "already sealed and verified"]) {
    const { code, stderr, stdout } = await runScript("scripts/seal_run.ts", RUN, "--lake", lake);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.startsWith(`${outcome}: ${sealedDir(lake, RUN)} (`), stdout);
  }
});
