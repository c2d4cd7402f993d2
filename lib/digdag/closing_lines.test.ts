import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { buildingDir, sealedDir } from "../files/paths.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { closingLines, type Ending } from "./closing_lines.ts";

const RUN = "2026-09__20261121_080829";
const OTHER = "2026-08__20261021_080829";

test("every outcome of a workflow has its three closing lines", async (t) => {
  const lake = temporaryDirectory(t);
  mkdirSync(sealedDir(lake, RUN), { recursive: true });
  const unfinished = temporaryDirectory(t);
  mkdirSync(buildingDir(unfinished, RUN), { recursive: true });
  const main: Ending = {
    lake,
    workflow: "main",
    parameters: { run_mode: "prod" },
    runId: RUN,
    exit: 0,
    failed: [],
    activeBefore: OTHER,
    active: OTHER,
    command: "bin/digdag run main.dig -p run_mode=prod",
  };
  const failed = [
    { step: "+main+ingest+labels", task: "ingest/labels", error: "cut off", message: "cut off" },
  ];
  const history = "next: bin/digdag run history_pipeline.dig";
  const promote = `next: bin/digdag run promote.dig -p promote_run_id=${RUN}`;
  const cases: [Partial<Ending>, string[]][] = [
    [
      { active: RUN },
      [`main.dig succeeded: run ${RUN} is sealed`, `active: ${RUN}, promoted (before: ${OTHER})`, history],
    ],
    [
      { active: RUN, activeBefore: undefined },
      [`main.dig succeeded: run ${RUN} is sealed`, `active: ${RUN}, promoted (before: none)`, history],
    ],
    [
      { parameters: {} },
      [
        `main.dig succeeded: run ${RUN} is sealed`,
        `active: still ${OTHER}, main.dig promotes only with run_mode=prod`,
        promote,
      ],
    ],
    [
      {
        parameters: { run_mode: "prod", allow_promote: "false" },
        active: undefined,
        activeBefore: undefined,
      },
      [`main.dig succeeded: run ${RUN} is sealed`, "active: no run yet, allow_promote=false", promote],
    ],
    [
      {
        parameters: { run_mode: "prod", dry_run: "true" },
        command: "bin/digdag run main.dig -p dry_run=true -p run_mode=prod",
      },
      [
        `main.dig succeeded: run ${RUN} is sealed`,
        `active: still ${OTHER}, dry_run=true changes nothing`,
        "next: bin/digdag run main.dig -p run_mode=prod",
      ],
    ],
    [
      { lake: unfinished, exit: 1, failed },
      [
        `main.dig failed in ingest/labels: run ${RUN} is unfinished`,
        `active: still ${OTHER}, the workflow ended before changing it`,
        `next: fix the reported error, then ${main.command}   (resumes)`,
      ],
    ],
    [
      { lake: unfinished, exit: 130, failed },
      [
        `main.dig was interrupted: run ${RUN} is unfinished`,
        `active: still ${OTHER}, the workflow ended before changing it`,
        `next: ${main.command}   (resumes)`,
      ],
    ],
    [
      { workflow: "promote", parameters: { promote_run_id: RUN }, active: RUN, activeBefore: RUN },
      [`promote.dig succeeded: run ${RUN} is sealed`, `active: still ${RUN}, it was already active`, history],
    ],
    [
      { workflow: "rollback", parameters: {}, runId: undefined, activeBefore: RUN },
      ["rollback.dig succeeded", `active: ${OTHER}, rolled back (before: ${RUN})`, history],
    ],
    [
      { workflow: "ingest", parameters: {}, lake: unfinished },
      [
        `ingest.dig succeeded: run ${RUN} is unfinished`,
        `active: still ${OTHER}, ingest.dig does not change it`,
        `next: bin/digdag run build.dig -p run_id=${RUN}`,
      ],
    ],
    [
      { workflow: "history_pipeline", parameters: {}, runId: undefined, exit: 1 },
      [
        "history_pipeline.dig failed, exit 1",
        `active: still ${OTHER}, history_pipeline.dig does not change it`,
        `next: fix the reported error, then ${main.command}   (resumes)`,
      ],
    ],
  ];
  for (const [difference, lines] of cases) {
    assert.deepEqual(await closingLines({ ...main, ...difference }), lines);
  }
});
