import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { silentLogger } from "../lib/cli/log.ts";
import { canonicalDatasets } from "../lib/datasets/index.ts";
import { buildingDir } from "../lib/files/paths.ts";
import { withDatasetLocks } from "../lib/lake/building.ts";
import { datasetName, readDone } from "../lib/lake/done.ts";
import { makeLake, makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { beginRun } from "../lib/preflight/begin_run.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";
import { dumpText } from "../lib/testing/dumps.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";

// Ingests the dumps of a month with several concurrent processes.

const MONTH = "2026-07";
const DUMPS = ["artists", "masters", "labels", "releases"] as const;
const base = mkdtempSync(join(tmpdir(), "ingest-"));
const raw = join(base, "raw");

before(async () => {
  const size = { artists: 300, labels: 100, masters: 400, releases: 4000, seed: 7 };
  await writeSampleDump({ out: raw, month: MONTH, ...size });
});
after(() => rmSync(base, { recursive: true }));

/** A lake with a run that has only begun, by default with the historical datasets. */
async function begun(
  name: string,
  datasets = "historical",
  rawRoot = raw,
): Promise<{ lake: string; runId: string }> {
  const lake = join(base, name);
  const { runId } = await beginRun({
    selection: { lake, "dump-month": MONTH, "session-time": "2026-08-02T03:04:05Z" },
    rawRoot,
    runMode: "dev",
    datasets,
    parameters: {},
    downloads: false,
    inOrder: false,
    log: silentLogger,
  });
  return { lake, runId };
}

/** Runs a script of pipelines/ on a run, to its end. */
async function runScript(
  script: string,
  { lake, runId }: { lake: string; runId: string },
  ...args: string[]
) {
  const path = `pipelines/${script}`;
  const env = { ...process.env, DISCOGS_COLLECTION_JSON: "" };
  const child = spawn(process.execPath, scriptArguments(path, "--lake", lake, "--run-id", runId, ...args), {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}

/** The file hashes of each finished canonical dataset. */
async function hashes({ lake, runId }: { lake: string; runId: string }) {
  const found: Record<string, string[]> = {};
  for (const { directory } of canonicalDatasets) {
    const record = await readDone(buildingDir(lake, runId), datasetName(directory));
    if (record !== undefined) found[directory] = record.files.map(({ sha256 }) => sha256);
  }
  return found;
}

/** For each dump read: its duration, and the busy seconds of each stage. */
function secondsLogged(stderr: string): Record<string, number[]> {
  const line =
    /discogs_20260701_(\w+)\.xml\.gz: read in ([\d.]+) s, threads were busy: decompress ([\d.]+) s, parse ([\d.]+) s, encode ([\d.]+) s$/gm;
  return Object.fromEntries(
    [...stderr.matchAll(line)].map(([, dump, ...times]) => [dump, times.map(Number)]),
  );
}

test("four concurrent processes make the same files as one", async () => {
  const alone = await begun("alone");
  const one = await runScript("ingest.ts", alone);
  assert.equal(one.code, 0, one.stderr);
  const seconds = secondsLogged(one.stderr);
  assert.deepEqual(Object.keys(seconds).sort(), [...DUMPS].sort());
  const [took = 0, , parse = 0] = seconds.releases ?? [];
  // The first is rounded to a tenth.
  assert.ok(parse > 0 && parse <= took + 0.05, one.stderr);
  const together = await begun("together");
  const ends = await Promise.all(DUMPS.map((dump) => runScript("ingest.ts", together, "--only", dump)));
  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0, 0, 0],
    ends.map(({ stderr }) => stderr).join(""),
  );
  const expected = await hashes(alone);
  assert.equal(Object.keys(expected).length, 6);
  assert.deepEqual(await hashes(together), expected);
});

test("a dataset's record has the elements read, filled counts, and unknown content of the dump", async () => {
  const run = await begun("recorded");
  const option = ["--remove-control-characters", "true"];
  const ended = await runScript("ingest.ts", run, "--only", "artists", ...option);
  assert.equal(ended.code, 0, ended.stderr);
  const [artists, aliases] = await Promise.all(
    ["artists_v1_typed", "artist_aliases_v1_typed"].map((name) =>
      readDone(buildingDir(run.lake, run.runId), name),
    ),
  );
  assert.equal(artists?.records, artists?.rows);
  assert.equal(artists?.filled?.artist_id, artists?.rows);
  assert.deepEqual([artists?.unknown, aliases?.unknown], [{}, undefined]);
  assert.equal(artists?.counts.control_characters, 0);
  assert.equal(aliases?.options.remove_control_characters, true);
  const again = await runScript("ingest.ts", run, "--only", "artists");
  assert.match(again.stderr, /artists_v1_typed, artist_aliases_v1_typed, .*: from /, "made again");
  assert.ok(aliases?.records !== undefined && aliases.records >= aliases.rows);
});

test("a run gets the datasets it was begun with, and ingest with another choice is refused", async () => {
  const run = await begun("chosen", "release_credits_v1,artist_names_v1");
  for (const [choice, message] of [
    ["historical", /run \S+ was begun with datasets=release_credits_v1,artist_names_v1, not historical: /],
    ["all", /, not all: finish it that way, or remove it with bin\/lake discard_run /],
    ["relase_credits_v1", /did you mean release_credits_v1\?$/m],
    ["all,releases_v6", /: "all" stands alone, without names of datasets$/m],
    ["", /--datasets is empty, but must be all\|historical\|LIST$/m],
  ] as const) {
    const { code, stderr } = await runScript("ingest.ts", run, "--datasets", choice);
    assert.deepEqual([code, message.test(stderr), stderr.trim().includes("\n")], [2, true, false], stderr);
  }
  const ended = await runScript("ingest.ts", run, "--datasets=artist_names_v1,release_credits_v1");
  assert.equal(ended.code, 0, ended.stderr);
  const made = readdirSync(buildingDir(run.lake, run.runId)).filter((name) => !/^_|\.json$/.test(name));
  const details = ["artist_names_v1", "release_credits_v1", "release_tracks_v1"];
  assert.deepEqual(made.sort(), [...canonicalDatasets.map(({ directory }) => directory), ...details].sort());
  assert.deepEqual(await hashes(run), await hashes({ lake: join(base, "alone"), runId: run.runId }));
});

test("a damaged dump fails alone, and repeating after a fix keeps what is done", async () => {
  const run = await begun("damaged");
  const dump = join(raw, MONTH, "discogs_20260701_labels.xml.gz");
  const whole = readFileSync(dump);
  writeFileSync(dump, whole.subarray(0, whole.length / 2));
  try {
    const [releases, labels] = await Promise.all(
      ["releases", "labels"].map((only) => runScript("ingest.ts", run, "--only", only)),
    );
    assert.equal(releases?.code, 0, releases?.stderr);
    assert.equal(labels?.code, 2);
    assert.match(
      labels?.stderr ?? "",
      /ingest\.ts: error: .*labels\.xml\.gz: record \d+, byte \d+: unexpected end/,
    );
    assert.deepEqual(Object.keys(await hashes(run)), ["releases_v6"]);
  } finally {
    writeFileSync(dump, whole);
  }
  const again = await runScript("ingest.ts", run);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /releases_v6: done and verified, kept/);
  assert.deepEqual(Object.keys(secondsLogged(again.stderr)).sort(), ["artists", "labels", "masters"]);
  assert.deepEqual(await hashes(run), await hashes({ lake: join(base, "alone"), runId: run.runId }));
});

test("a dump that does not match its CHECKSUM.txt, or is not in it, is refused, even if its datasets are done", async () => {
  const other = join(base, "raw-listed");
  cpSync(join(raw, MONTH), join(other, MONTH), { recursive: true });
  const run = await begun("listed", "historical", other);
  assert.equal((await runScript("ingest.ts", run, "--only", "labels")).code, 0);
  const sums = join(other, MONTH, "discogs_20260701_CHECKSUM.txt");
  writeFileSync(sums, readFileSync(sums, "utf8").replace(/^\w{8}(?=\w+ .*labels)/m, "00000000"));
  const refused = await runScript("ingest.ts", run, "--only", "labels");
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(
    refused.stderr,
    /labels\.xml\.gz has the sha256 \w+, but \S+CHECKSUM\.txt says 00000000\w+\n$/,
  );
  writeFileSync(sums, readFileSync(sums, "utf8").replace(/^.*labels.*\n/m, ""));
  const unlisted = await runScript("ingest.ts", run, "--only", "labels");
  assert.equal(unlisted.code, 2, unlisted.stderr);
  assert.match(unlisted.stderr, /CHECKSUM\.txt does not list discogs_20260701_labels\.xml\.gz\n$/);
});

test("a dump that is gone is named with the run that was begun with it, even if its datasets are done", async () => {
  const other = join(base, "raw-gone");
  cpSync(join(raw, MONTH), join(other, MONTH), { recursive: true });
  const run = await begun("gone", "historical", other);
  assert.equal((await runScript("ingest.ts", run, "--only", "labels")).code, 0);
  for (const name of readdirSync(join(other, MONTH))) {
    renameSync(join(other, MONTH, name), join(other, MONTH, name.replace("20260701", "20260702")));
  }
  for (const only of ["labels", "artists"]) {
    const refused = await runScript("ingest.ts", run, "--only", only);
    assert.equal(refused.code, 2, refused.stderr);
    assert.equal(
      refused.stderr.split("\n").at(-2),
      `pipelines/ingest.ts: error: the dump ${join(other, MONTH, `discogs_20260701_${only}.xml.gz`)}, with which run ` +
        `${run.runId} was begun, is gone: put it back, or remove the run with bin/lake discard_run ${run.runId} ` +
        "to begin its month anew",
    );
  }
});

test("while a dataset is being written, a second process can make only independent ones", async () => {
  const run = await begun("locked");
  assert.equal((await runScript("ingest.ts", run, "--only", "artists")).code, 0);
  const [names, ...refused] = await withDatasetLocks(run.lake, run.runId, "reading", ["releases_v6"], () =>
    Promise.all(
      ["rebuild_artist_name_map_v1.ts", "ingest.ts", "build_release_artists_xref_v1.ts"].map((script) =>
        runScript(script, run),
      ),
    ),
  );
  assert.equal(names?.code, 0, names?.stderr);
  for (const { code, stderr } of refused) {
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`locked by pid ${process.pid} \\(reading, since `));
  }
});

test("--strict refuses a dump with unknown content, and leaves no dataset of it; also one that was read without it", async () => {
  const other = join(base, "raw-unknown");
  const month = join(other, MONTH);
  cpSync(join(raw, MONTH), month, { recursive: true });
  rmSync(join(month, "discogs_20260701_CHECKSUM.txt"));
  const labels = ["<label><id>1</id><name>L</name><motto>M</motto></label>"];
  writeFileSync(join(month, "discogs_20260701_labels.xml.gz"), gzipSync(dumpText("label", labels)));
  const run = await begun("strict", "historical", other);
  const refused = await runScript("ingest.ts", run, "--only", "labels", "--strict");
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(
    refused.stderr,
    /discogs_20260701_labels\.xml\.gz: content at 1 path is in no dataset, .*: label\/motto 1; refused because of --strict\n$/,
  );
  assert.equal(await readDone(buildingDir(run.lake, run.runId), "labels_v10"), undefined);
  assert.equal((await runScript("ingest.ts", run, "--only", "labels")).code, 0);
  const made = await readDone(buildingDir(run.lake, run.runId), "labels_v10");
  assert.deepEqual(made?.unknown, { "label/motto": 1 });
  const kept = await runScript("ingest.ts", run, "--only", "labels", "--strict=true");
  assert.deepEqual(
    [kept.code, /label\/motto 1; refused because of --strict\n$/.test(kept.stderr)],
    [2, true],
  );
  assert.equal((await runScript("ingest.ts", run, "--only", "labels", "--strict=false")).code, 0);
});

test("a collection's pages are looked at before the dumps, and its dataset is made with theirs", async () => {
  const run = await begun("collection");
  const pages = join(base, "pages");
  mkdirSync(pages);
  const page = { pagination: { page: 1, pages: 2, items: 2 }, releases: [{ instance_id: 1, id: 2 }] };
  writeFileSync(join(pages, "discogs_page_1.json"), JSON.stringify(page));
  const given = ["--collection-json", pages];
  const refused = await runScript("ingest.ts", run, ...given);
  assert.equal(refused.code, 2, refused.stderr);
  assert.deepEqual(await hashes(run), {});
  const allowed = [...given, "--collection-allow-incomplete", "true"];
  const locked = await withDatasetLocks(run.lake, run.runId, "reading", ["collection"], () =>
    runScript("ingest.ts", run, "--only", "collection", ...allowed),
  );
  assert.match(locked.stderr, / locked by pid /);
  const made = await runScript("ingest.ts", run, "--batch", "60", ...allowed);
  assert.equal(made.code, 0, made.stderr);
  const dir = buildingDir(run.lake, run.runId);
  assert.equal((await readDone(dir, "collection"))?.rows, 1);
  assert.equal((await readDone(dir, "labels_v10"))?.files.length, 2, "parts of 60 of the 100 labels");
});

test("a sealed run is left alone, but a choice of unknown datasets is refused", async () => {
  const lake = makeLake();
  const runId = "2026-07__20260802_030405";
  await makeSealedRun(lake, runId);
  const ended = await runScript("ingest.ts", { lake, runId });
  assert.deepEqual(
    [ended.code, / run \S+ is sealed: nothing to ingest\n$/.test(ended.stderr)],
    [0, true],
    ended.stderr,
  );
  const refused = await runScript("ingest.ts", { lake, runId }, "--datasets", "labels");
  assert.equal(refused.code, 2, refused.stderr);
});
