import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Main } from "../lib/cli/command.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { launchDigdag } from "../lib/digdag/launch.ts";
import { dumpEntities } from "../lib/dump/raw_month.ts";
import { withLock } from "../lib/files/lock.ts";
import { lakePaths, runLockPath, sealedDir } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { makeBuildingRun, makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { consistentTables } from "../lib/lake/testing/fixture_tables.ts";
import { promote } from "../lib/promotion/promote.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { runUnfenced, temporaryLake } from "../lib/testing/run_fixture.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { selfSigned } from "../lib/testing/self_signed.ts";
import { main as ingest } from "../pipelines/ingest.ts";
import { main as parseLabels } from "../pipelines/parse_labels_v10.ts";
import { main as computeKpis } from "../scripts/compute_kpis.ts";
import { main as discardRun } from "../scripts/discard_run.ts";
import { main as downloadDumps } from "../scripts/download_dumps.ts";
import { main as driftGate } from "../scripts/drift_gate.ts";
import { main as preflight } from "../scripts/preflight.ts";
import { main as promoteRun } from "../scripts/promote.ts";
import { main as query } from "../scripts/query.ts";
import { main as reconcile } from "../scripts/reconcile_register.ts";
import { main as registerActive } from "../scripts/register_active.ts";
import { main as rollbackRun } from "../scripts/rollback.ts";
import { main as status } from "../scripts/status.ts";

const [OLDER, RUN] = ["2026-06__20260702_030405", "2026-07__20260802_030405"] as const;

/** What a test begins with: an empty lake, and the dumps of 2026-07. */
interface Scene {
  lake: string;
  raw: string;
  /** Files of the month of dumps. */
  month: string;
}

/** Makes a mistake of the page and returns the message. */
type Mistake = (scene: Scene) => Promise<string>;

/** Runs a script that must fail, and returns its last line on stderr. */
async function failing(main: Main, ...args: string[]): Promise<string> {
  const { code, stderr } = await runMain(main, args);
  assert.ok(code === 1 || code === 2, `${code}: ${stderr}`);
  return stderr.trimEnd().split("\n").at(-1) ?? "";
}

/** Downloads from a server, which must fail. */
async function downloaded(raw: string, protocol: "http" | "https", server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return await failing(downloadDumps, "--raw-root", raw, "--base-url", url);
  } finally {
    server.close();
  }
}

/** Calls `bin/digdag run`, which refuses the arguments before it starts anything. */
async function refused(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const launched = launchDigdag(["run", ...args], { cwd: projectRoot, env, log: silentLogger });
  return launched.then(
    () => assert.fail("no error"),
    (error: Error) => error.message,
  );
}

const begin = ({ lake, raw }: Scene, mode: "dev" | "prod" = "dev") => [
  ...["--lake", lake, "--raw-root", raw, "--run-mode", mode],
  ...["--session-time", "2026-08-02T03:04:05+00:00"],
];

async function activeLake({ lake }: Scene): Promise<string> {
  await makeSealedRun(lake, RUN);
  await promote(lake, RUN);
  assert.equal((await runMain(registerActive, ["--lake", lake])).code, 0);
  return lake;
}

const asking = (sql: string): Mistake => {
  return async (scene) => failing(query, "--lake", await activeLake(scene), sql);
};

/** Replaces the part of a sealed dataset by something else. */
function damage(dataset: string): void {
  const part = join(dataset, "part-00000.parquet");
  chmodSync(part, 0o644);
  writeFileSync(part, "damaged");
}

/** Parses a dump with this content. */
async function parsed({ raw, lake }: Scene, content: Buffer): Promise<string> {
  const src = join(raw, "labels.xml.gz");
  writeFileSync(src, content);
  return failing(parseLabels, "--src", src, "--out", join(lake, "labels"));
}

/** A mistake for each error of the page, by the text of its row. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  "there is no parameter …, did you mean …?": ({ lake }) =>
    refused(["main.dig", "-p", "run_mdoe=prod"], { DISCOGS_DATA_LAKE: lake }),
  "needs a dump month: give -p dump_month=YYYY-MM, or set DISCOGS_RAW (or -p raw_root=DIR)": ({ lake }) =>
    refused(["main.dig"], { DISCOGS_DATA_LAKE: lake }),
  "raw_root is missing (or set DISCOGS_RAW)": ({ lake }) =>
    failing(preflight, "--lake", lake, "--session-time", "2026-08-02T03:04:05Z", "--dump-month", "2026-07"),
  "DISCOGS_DATA_LAKE is not set: set it to the lake's directory": () =>
    refused(["promote.dig", "-p", `promote_run_id=${RUN}`], {}),
  "no month under … has all four dump files (…)": (scene) =>
    failing(preflight, ...begin({ ...scene, raw: scene.lake })),
  "… has no checksum of …: fetch it again, or remove it to skip checksums": (scene) => {
    writeFileSync(join(scene.month, "discogs_20260701_CHECKSUM.txt"), "");
    return failing(preflight, ...begin(scene));
  },
  "run … is of …, an older month than that of the active run …": async (scene) => {
    const lake = await activeLake(scene);
    await makeSealedRun(lake, OLDER);
    return failing(promoteRun, OLDER, "--lake", lake);
  },
  "run … was begun with run_mode=…, not …": async (scene) => {
    assert.equal((await runMain(preflight, begin(scene, "dev"))).code, 0);
    return failing(preflight, ...begin(scene, "prod"));
  },
  "locked by pid … (…, since …)": async ({ lake }) => {
    await makeBuildingRun(lake, RUN);
    const discarding = () => failing(discardRun, RUN, "--lake", lake);
    return withLock(runLockPath(lake, RUN), "ingest", discarding);
  },
  "… lists no complete dump of …; check --base-url": ({ raw }) =>
    downloaded(
      raw,
      "http",
      createServer((_, response) => response.end("<ListBucketResult></ListBucketResult>")),
    ),
  "…; set NODE_EXTRA_CA_CERTS to the PEM file of the authority to trust": ({ lake, raw }) =>
    downloaded(raw, "https", createHttpsServer(selfSigned(lake).server)),
  "…: not a gzip file": (scene) => parsed(scene, Buffer.from("<labels>")),
  "…: bytes after the end of the gzip stream": (scene) =>
    parsed(
      scene,
      Buffer.concat([gzipSync("<labels><label><id>1</id></label></labels>"), Buffer.from("<html>")]),
    ),
  "…: the file is empty": (scene) => parsed(scene, Buffer.alloc(0)),
  "cannot read the dump …: …": ({ raw, lake }) =>
    failing(parseLabels, "--src", join(raw, "absent.xml.gz"), "--out", join(lake, "out")),
  "the dump …, with which run … was begun, is gone: …": async (scene) => {
    assert.equal((await runMain(preflight, begin(scene))).code, 0);
    rmSync(scene.raw, { recursive: true });
    return failing(ingest, "--lake", scene.lake, "--run-id", RUN);
  },
  "run … has drifted from …: …": async ({ lake }) => {
    await makeSealedRun(lake, OLDER);
    await promote(lake, OLDER);
    await makeBuildingRun(lake, RUN, { tables: { ...consistentTables, labels_v10: [] } });
    return failing(driftGate, "--lake", lake, "--run-id", RUN);
  },
  "run … is not like any month: …": async ({ lake }) => {
    const labels_v10 = Array.from({ length: 1000 }, (_, index) => ({ label_id: index + 1 }));
    await makeBuildingRun(lake, RUN, { tables: { ...consistentTables, labels_v10 } });
    return failing(driftGate, "--lake", lake, "--run-id", RUN);
  },
  "run … is not sealed: test it, then run bin/lake seal_run …": async ({ lake }) => {
    await makeBuildingRun(lake, RUN);
    return failing(promoteRun, RUN, "--lake", lake);
  },
  "no run was active before …: choose another with --to RUN_ID (rollback.dig: -p rollback_run_id=RUN_ID)":
    async (scene) => failing(rollbackRun, "--lake", await activeLake(scene)),
  "run … does not verify: …": async ({ lake }) => {
    damage(join(await makeSealedRun(lake, RUN), "labels_v10"));
    return failing(promoteRun, RUN, "--lake", lake);
  },
  "hive.discogs.… can't be read: …": async (scene) => {
    const lake = await activeLake(scene);
    damage(join(sealedDir(lake, RUN), "labels_v10"));
    return failing(query, "--lake", lake, "SELECT * FROM hive.discogs.labels_ref_v10");
  },
  "active is a …, not a link: move it away, then promote again": async ({ lake }) => {
    await makeSealedRun(lake, RUN);
    mkdirSync(join(lake, "active"));
    return failing(promoteRun, RUN, "--lake", lake);
  },
  "… is in the sealed run …, which is never changed": async (scene) => {
    const lake = await activeLake(scene);
    return failing(query, "--lake", lake, "--out", join(sealedDir(lake, RUN), "x.csv"), "SELECT 1");
  },
  'Failed to read file "…/_meta/discogs_history/…": …': async (scene) => {
    const lake = await activeLake(scene);
    assert.equal((await runMain(reconcile, ["--lake", lake])).code, 0);
    const { registryEvents } = lakePaths(lake);
    const foreign = join(registryEvents, "foreign.parquet");
    await runUnfenced(`COPY (SELECT 1 AS number) TO '${foreign}' (FORMAT parquet)`);
    const message = await failing(reconcile, "--lake", lake);
    renameSync(foreign, join(registryEvents, "_damaged.parquet"));
    assert.equal((await runMain(reconcile, ["--lake", lake])).code, 0, "the fix");
    return message;
  },
  "… is not a complete Parquet file, so it is ignored: …": async (scene) => {
    const lake = await activeLake(scene);
    assert.equal((await runMain(reconcile, ["--lake", lake])).code, 0);
    writeFileSync(join(lakePaths(lake).registryEvents, "half.parquet"), "PAR1");
    const { code, stdout } = await runMain(status, ["--lake", lake]);
    assert.equal(code, 1);
    assert.equal((await runMain(reconcile, ["--lake", lake])).code, 0, "the fix");
    assert.equal((await runMain(status, ["--lake", lake])).code, 0);
    return stdout.split("\n").find((line) => line.startsWith("problem: ")) ?? "";
  },
  "a file in … has events of run …, which is not a run id": async (scene) => {
    const lake = await activeLake(scene);
    assert.equal((await runMain(reconcile, ["--lake", lake])).code, 0);
    const { registryEvents } = lakePaths(lake);
    const foreign = join(registryEvents, "foreign.parquet");
    await runUnfenced(
      `COPY (SELECT * REPLACE ('nope' AS run_id) FROM read_parquet('${registryEvents}/*.parquet')) TO '${foreign}' (FORMAT parquet)`,
    );
    const message = await failing(computeKpis, "--lake", lake);
    const files = `read_parquet('${registryEvents}/*.parquet', filename = true)`;
    const found = await runMain(query, [
      "--lake",
      lake,
      `SELECT filename FROM ${files} WHERE run_id = 'nope'`,
    ]);
    assert.match(found.stdout, /\/foreign\.parquet\n/);
    renameSync(foreign, join(registryEvents, "_foreign.parquet"));
    assert.equal((await runMain(computeKpis, ["--lake", lake])).code, 0, "the fix");
    return message;
  },
  "only statements that read are allowed, but this begins with …": asking(
    "DROP TABLE hive.discogs.artists_v1",
  ),
  "… is not one of the functions that readers may call": asking("SELECT getenv('HOME')"),
  "there is no table …, did you mean …?": asking("SELECT * FROM hive.discogs.release_artist_v1"),
  "there is no table …: the dataset … is queried as …": asking("SELECT * FROM hive.discogs.releases_v6"),
  "there is no table …: the run was made without this dataset": asking(
    "SELECT * FROM hive.discogs.release_tracks_v1",
  ),
  "there is no table …: no run is active; …": async ({ lake }) => {
    await makeSealedRun(lake, RUN);
    return failing(query, "--lake", lake, "SELECT * FROM hive.discogs.artists_v1");
  },
  "there is no table …: the lake has no history yet; …": asking(
    "SELECT * FROM hive.discogs_history.run_registry_latest",
  ),
  "there is no column …, did you mean …?": asking("SELECT titel FROM hive.discogs.releases_ref_v6"),
};

/** Errors that need a special disk or server, and the test that provokes each, with the words by which it does. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, words: string] | "untested">> = {
  "… can't be locked: its file system has no locks, so it can't hold a lake": "untested",
  "…; given up after …": ["lib/download/limits.test.ts", "given up after 4 tries in a row"],
  "…, which is more than --max-wait …": [
    "lib/download/download_file.test.ts",
    "which is more than --max-wait 600",
  ],
  "… its SHA-256 differs from the checksum file, …": [
    "lib/download/download_file.test.ts",
    "its SHA-256 differs from the checksum file, 3 times",
  ],
  "the active run has no schema … there yet: run bin/lake register_active first": [
    "lib/sql/trino/active_run.test.ts",
    "there yet: run bin\\/lake register_active",
  ],
};

function sceneOf(t: TestContext): Scene {
  const raw = temporaryDirectory(t);
  const month = join(raw, "2026-07");
  mkdirSync(month);
  for (const entity of dumpEntities) writeFileSync(join(month, `discogs_20260701_${entity}.xml.gz`), entity);
  return { lake: temporaryLake(t), raw, month };
}

const rows = [
  ...readFileSync(join(projectRoot, "docs/troubleshooting.md"), "utf8").matchAll(/^\| `([^`]+)` \|/gm),
].map(([, error = ""]) => error);

for (const row of rows.filter((each) => ELSEWHERE[each] === undefined)) {
  test(`docs/troubleshooting.md: ${row}`, async (t) => {
    const mistake = MISTAKES[row];
    assert.ok(mistake !== undefined, "no mistake of this test has this error");
    assert.match(await mistake(sceneOf(t)), new RegExp(row.split("…").map(escaped).join(".+")));
  });
}

test("every error that is provoked, here or elsewhere, is in docs/troubleshooting.md", () => {
  assert.deepEqual(rows.toSorted(), [...Object.keys(MISTAKES), ...Object.keys(ELSEWHERE)].sort());
  for (const test of Object.values(ELSEWHERE)) {
    if (test === "untested") continue;
    const [file, words] = test;
    assert.ok(readFileSync(join(projectRoot, file), "utf8").includes(words), `${file}: ${words}`);
  }
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
