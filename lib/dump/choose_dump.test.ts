import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { chooseDump } from "./choose_dump.ts";

const choice = {
  entity: "label",
  given: undefined,
  env: {},
  rawRoot: undefined,
  month: undefined,
} as const;

test("chooses the given dump, else the environment's, else the newest month's", async (t) => {
  const rawRoot = temporaryDirectory(t);
  const labels = ["2026-07", "2026-08"].map((month) => {
    mkdirSync(join(rawRoot, month));
    for (const entity of ["artists", "labels", "masters", "releases"]) {
      writeFileSync(join(rawRoot, month, `discogs_${month.replace("-", "")}01_${entity}.xml.gz`), "");
    }
    return join(rawRoot, month, `discogs_${month.replace("-", "")}01_labels.xml.gz`);
  });
  const env = { DISCOGS_LABELS_DUMP: "/from/env.xml" };
  assert.equal(await chooseDump({ ...choice, given: "/given.xml", env, rawRoot }), "/given.xml");
  assert.equal(await chooseDump({ ...choice, given: "", env, rawRoot }), "/from/env.xml");
  assert.equal(await chooseDump({ ...choice, env: { DISCOGS_LABELS_DUMP: "" }, rawRoot }), labels[1]);
  assert.equal(await chooseDump({ ...choice, env, rawRoot, month: "2026-07" }), labels[0]);
});

test("refuses a path whose bytes are not UTF-8, wherever it is given", async () => {
  const path = "/caf\uFFFD/labels.xml";
  const env = { DISCOGS_LABELS_DUMP: path };
  await assert.rejects(chooseDump({ ...choice, env }), {
    message: `DISCOGS_LABELS_DUMP is ${path}, which is not valid UTF-8`,
  });
  await assert.rejects(chooseDump({ ...choice, given: path, env }), {
    message: `the dump is ${path}, which is not valid UTF-8`,
  });
});

test("without any of them, names what can be set", async (t) => {
  await assert.rejects(chooseDump(choice), /labels\? Name it, or set DISCOGS_LABELS_DUMP or DISCOGS_RAW/);
  await assert.rejects(chooseDump({ ...choice, rawRoot: temporaryDirectory(t) }), /has all four dump files/);
});
