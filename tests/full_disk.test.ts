import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { MIN_BYTES_FOR_THREADS } from "../lib/extract/extract_dump.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { dumpText, noise } from "../lib/testing/dumps.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

/** Maximum file size of a process in bash's blocks of 1024 bytes: less than a part. */
const LARGEST_FILE = 2000;

test("reports missing space for a part in one line, and leaves nothing behind", (t) => {
  const dir = temporaryDirectory(t);
  const dump = join(dir, "labels.xml.gz");
  const records = Array.from(
    { length: 20_000 },
    (_, id) => `<label><id>${id + 1}</id><name>n</name><profile>${noise(id)}</profile></label>`,
  );
  writeFileSync(dump, gzipSync(dumpText("label", records), { level: 1 }));
  assert.ok(statSync(dump).size > MIN_BYTES_FOR_THREADS);
  for (const threads of ["1", "2", "4"]) {
    const out = join(dir, threads);
    mkdirSync(out);
    const command = `ulimit -f ${LARGEST_FILE}; exec "$0" --import tsx pipelines/parse_labels_v10.ts "$@"`;
    const args = ["--src", dump, "--out", join(out, "labels"), "--threads", threads];
    const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, ...args], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^\S+: error: \S+part-00000\.parquet\.plain: file too large \(EFBIG, write\)$/m);
    assert.doesNotMatch(stderr, /^ +at /m);
    assert.deepEqual(readdirSync(out), []);
  }
});
