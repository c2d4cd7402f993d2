import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Finished, finish } from "../lib/digdag/testing/digdag_project.ts";
import { userEnv } from "../lib/digdag/testing/user_env.ts";
import { readChecksums } from "../lib/dump/checksums.ts";
import { lakePaths, sealedDir } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { verifiedManifest } from "../lib/lake/seal.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";

// A month is uploaded again between two attempts of main.dig, with the real Digdag.

const MONTH = "2026-07";
const base = mkdtempSync(join(tmpdir(), "replaced-dumps-"));
const lake = join(base, "lake");
const raw = join(base, "raw");

after(() => {
  execFileSync("chmod", ["-R", "u+w", base]);
  rmSync(base, { recursive: true });
});

const fileOf = (what: string) => join(raw, MONTH, `discogs_20260701_${what}`);
const dumpOf = (entity: string) => fileOf(`${entity}.xml.gz`);

/** Replaces a dump, and its line in CHECKSUM.txt. */
function upload(entity: string, dump: Buffer): void {
  writeFileSync(dumpOf(entity), dump);
  const sums = readFileSync(fileOf("CHECKSUM.txt"), "utf8");
  const line = new RegExp(`^\\w+(?= .*_${entity}\\.xml\\.gz$)`, "m");
  writeFileSync(fileOf("CHECKSUM.txt"), sums.replace(line, createHash("sha256").update(dump).digest("hex")));
}

const edited = (dump: Buffer, edit: (xml: string) => string) =>
  gzipSync(edit(gunzipSync(dump).toString("utf8")));

/** The same command each time. */
function runMain(): Promise<Finished> {
  const args = ["run", "main.dig", "-p", "run_mode=prod", "-p", "datasets=historical"];
  const env = userEnv({ DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: raw });
  return finish(
    spawn(join(projectRoot, "bin", "digdag"), args, { cwd: base, env, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

/** The full log of a failed session. */
function logOf({ stderr }: Finished): string {
  const [, path = ""] = /full log: (.*\.log)$/m.exec(stderr) ?? [];
  return readFileSync(path, "utf8");
}

test("a resumed run has only datasets of the last upload of its month", async () => {
  const size = { artists: 300, labels: 100, masters: 150, releases: 900, seed: 7 };
  await writeSampleDump({ out: raw, month: MONTH, ...size });
  const [masters, releases] = ["masters", "releases"].map((entity) => readFileSync(dumpOf(entity)));
  assert.ok(masters !== undefined && releases !== undefined);

  writeFileSync(dumpOf("releases"), releases.subarray(0, releases.length / 2));
  const first = await runMain();
  assert.equal(first.code, 1, first.stderr);
  assert.match(first.stderr, /FAILED .*ingest \(datasets\/releases\/ingest\/releases, exit 2\)/);

  writeFileSync(dumpOf("releases"), releases);
  const twice = (xml: string) => xml.replace(/<master .*?<\/master>/s, (record) => `${record}\n${record}`);
  upload("masters", edited(masters, twice));
  const second = await runMain();
  assert.equal(second.code, 1, second.stderr);
  const changed = ["CHECKSUM.txt", "masters.xml.gz", "releases.xml.gz"].map((name) => basename(fileOf(name)));
  assert.ok(
    second.stderr.includes(`repeating all of its tasks (dump files changed: ${changed.join(", ")})\n`),
    second.stderr,
  );
  assert.match(second.stderr, /^ +FAILED {3}masters_v1_typed\.duplicate_master_id = 1: /m);
  const log = logOf(second);
  for (const kept of ["artists_v1_typed", "labels_v10"])
    assert.match(log, new RegExp(`${kept}: done and verified, kept`));
  assert.doesNotMatch(log, /masters_v1_typed: done and verified, kept/);

  upload(
    "masters",
    edited(masters, (xml) => xml.replace(/<title>/, "<title>Another ")),
  );
  const third = await runMain();
  assert.equal(third.code, 0, third.stderr);
  const runId = basename(readlinkSync(lakePaths(lake).active));
  assert.ok(first.stderr.includes(`new session`) && first.stderr.includes(`run ${runId}`));
  const { sources } = await verifiedManifest(sealedDir(lake, runId), runId);
  const made = new Map(sources.map(({ name, sha256 }) => [name, sha256]));
  assert.deepEqual(made, await readChecksums(fileOf("CHECKSUM.txt")));
});
