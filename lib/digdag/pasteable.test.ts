import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../files/project_root.ts";
import { pasteable } from "./pasteable.ts";

test("the next command names the lake, and the program as the caller's directory needs it", () => {
  const lake = "/srv/it's lake";
  const there = `DISCOGS_DATA_LAKE='/srv/it'\\''s lake'`;
  const rawRoot = "/srv/raw";
  const digdag = join(projectRoot, "bin", "digdag");
  for (const [cwd, line, wanted] of [
    [
      projectRoot,
      "next: bin/digdag run history_pipeline.dig",
      `next: ${there} bin/digdag run history_pipeline.dig`,
    ],
    [
      "/etc",
      "next: bin/digdag run rollback.dig   (resumes)",
      `next: ${there} ${digdag} run rollback.dig   (resumes)`,
    ],
    [
      join(projectRoot, "docs"),
      "next: fix the reported error, then bin/digdag run main.dig -p run_mode=prod",
      `next: fix the reported error, then ${there} DISCOGS_RAW=/srv/raw ${digdag} run main.dig -p run_mode=prod`,
    ],
    [projectRoot, "next: bin/lake seal_run RUN", `next: ${there} bin/lake seal_run RUN`],
    [projectRoot, "main.dig succeeded: run RUN is sealed", "main.dig succeeded: run RUN is sealed"],
  ] as const)
    assert.equal(pasteable(line, { cwd, lake, rawRoot }), wanted);
});
