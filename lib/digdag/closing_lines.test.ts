import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildingDir, sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { closingLines, type Ending } from "./closing_lines.ts";
import { workflowFolders } from "./places.ts";

const RUN = "2026-09__20261121_080829";
const OTHER = "2026-08__20261021_080829";

test("every outcome of a workflow has its closing lines", async (t) => {
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
    lastSwitch: { action: "promote", run_id: OTHER, previous: null },
    wasActive: false,
    command: "bin/digdag run main.dig -p run_mode=prod",
  };
  const lastSwitch = { action: "rollback", run_id: OTHER, previous: RUN } as const;
  const failed = [{ step: "ingest/labels", error: "cut off", message: "cut off" }];
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
    // Promoted, and replaced by a newer month that was promoted meanwhile.
    [
      { activeBefore: undefined, wasActive: true },
      [`main.dig succeeded: run ${RUN} is sealed`, `active: ${OTHER}, promoted (before: none)`, history],
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
      ["promote.dig succeeded", `active: still ${RUN}, it was already active`, history],
    ],
    // Resumed after it had switched.
    [
      { workflow: "rollback", parameters: {}, runId: undefined, active: RUN, activeBefore: RUN },
      ["rollback.dig succeeded", `active: still ${RUN}, it was already active`, history],
    ],
    [
      { workflow: "promote", parameters: { promote_run_id: RUN }, active: RUN },
      ["promote.dig succeeded", `active: ${RUN}, promoted (before: ${OTHER})`, history],
    ],
    [
      { workflow: "promote", parameters: { promote_run_id: RUN }, exit: 1 },
      [
        `promote.dig failed, exit 1: run ${RUN} is sealed`,
        `active: still ${OTHER}, the workflow ended before changing it`,
        `next: fix the reported error, then ${main.command}   (resumes)`,
      ],
    ],
    [
      { workflow: "run_sql_to_csv", parameters: {}, runId: undefined },
      ["run_sql_to_csv.dig succeeded", `active: still ${OTHER}, run_sql_to_csv.dig does not change it`],
    ],
    [
      { workflow: "register_run_schema", parameters: {} },
      [
        `register_run_schema.dig succeeded: run ${RUN} is sealed`,
        `active: still ${OTHER}, register_run_schema.dig does not change it`,
        "next: bin/digdag run reconcile_register.dig",
      ],
    ],
    [
      { exit: 1, lastSwitch },
      [
        `main.dig failed, exit 1: run ${RUN} is sealed`,
        `active: ${OTHER}, rolled back from run ${RUN}`,
        `next: find the cause, then bin/digdag run promote.dig -p promote_run_id=${RUN}`,
      ],
    ],
    [
      {
        workflow: "report_trino_active",
        parameters: {},
        runId: undefined,
        exit: 1,
        activeBefore: RUN,
        lastSwitch,
      },
      [
        "report_trino_active.dig failed, exit 1",
        `active: ${OTHER}, rolled back (before: ${RUN})`,
        `next: fix the reported error, then ${main.command}   (resumes)`,
      ],
    ],
    [
      { workflow: "rollback", parameters: {}, runId: undefined, activeBefore: RUN, lastSwitch },
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

test("the next command of every workflow exists, and a workflow is not its own next step", async (t) => {
  const lake = temporaryDirectory(t);
  mkdirSync(buildingDir(lake, RUN), { recursive: true });
  const workflows = workflowFolders
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith(".dig"))
    .map((name) => name.slice(0, -".dig".length));
  const unmoved = { activeBefore: OTHER, active: OTHER, lastSwitch: undefined, wasActive: false };
  const ending = { lake, runId: RUN, exit: 0, failed: [], ...unmoved, command: "" };
  const without: string[] = [];
  for (const workflow of workflows) {
    const [, , next] = await closingLines({ ...ending, workflow, parameters: { dump_month: "2026-09" } });
    const [, run, script] = /^next: bin\/(?:digdag run (\w+)\.dig|lake (\w+))/.exec(next ?? "") ?? [];
    if (run !== undefined) assert.ok(workflows.includes(run) && run !== workflow, next);
    else if (script !== undefined) readFileSync(join(projectRoot, "scripts", `${script}.ts`));
    else without.push(workflow);
  }
  assert.deepEqual(without.sort(), [
    "export_history_csv",
    "pages",
    "report_trino_active",
    "run_sql_to_csv",
    "tests_parquet_active",
    "tests_xml_dev",
  ]);
});
