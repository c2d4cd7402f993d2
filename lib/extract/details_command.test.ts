import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { datasetName } from "../datasets/dataset_name.ts";
import { extractedDatasetsOf } from "../datasets/index.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runMain } from "../testing/run_main.ts";
import { detailsCommand } from "./details_command.ts";

const FORM =
  "--datasets must be details, all (the historical datasets too), or a comma-separated list of this dump's datasets";
const names = extractedDatasetsOf("release").map(({ directory }) => datasetName(directory));

for (const [choice, message] of [
  ["release_trakcs_v1", `${FORM}: not "release_trakcs_v1", did you mean release_tracks_v1?`],
  ["release_tracks_v1,all", `${FORM}: "all" stands alone, without names of datasets`],
  ["details,releases_v6", `${FORM}: "details" stands alone, without names of datasets`],
  ["historical", `${FORM}: not "historical"; choose from details, all, ${names.join(", ")}`],
  [",,", `${FORM}: a name in it is empty`],
  ["", "--datasets is empty, but must be details|all|LIST"],
] as const) {
  test(`datasets that a dump does not have are refused before it is read: ${choice}`, async (t) => {
    const dir = temporaryDirectory(t);
    const to = ["--src", join(dir, "none.xml.gz"), "--out-dir", join(dir, "out")];
    const { code, stderr } = await runMain(detailsCommand("release"), [...to, "--datasets", choice]);
    assert.equal(code, 2);
    assert.ok(stderr.trim().endsWith(`: ${message}`), stderr);
  });
}
