import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { runMain } from "../testing/run_main.ts";
import { detailsCommand } from "./details_command.ts";

for (const [choice, message] of [
  ["release_trakcs_v1", '"release_trakcs_v1" is not a dataset of this dump; did you mean release_tracks_v1?'],
  ["release_tracks_v1,all", '"all" stands alone, without names of datasets'],
  ["details,releases_v6", '"details" stands alone, without names of datasets'],
] as const) {
  test(`datasets that a dump does not have are refused before it is read: ${choice}`, async (t) => {
    const dir = temporaryDirectory(t);
    const to = ["--src", join(dir, "none.xml.gz"), "--out-dir", join(dir, "out")];
    const { code, stderr } = await runMain(detailsCommand("release"), [...to, "--datasets", choice]);
    assert.equal(code, 2);
    assert.ok(stderr.trim().endsWith(`--datasets: ${message}`), stderr);
  });
}
