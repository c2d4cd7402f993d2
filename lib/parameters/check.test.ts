import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { checkParameters } from "./check.ts";
import { parametersOf, type WorkflowParameters, workflowParameters } from "./workflows.ts";

const HOSTILE = ["--help", "-h", "--to=x", "a\nb", "a\u0000b", "a\u007fb", `$\{1 + 1}`];
const QUOTES = [`'; touch pwned; echo '`, '"$(touch pwned)`touch pwned`"', "a;b", "a b", "yes", "TRUE"];

/** A valid value of each required parameter. */
const NEEDED: Record<string, string> = {
  promote_run_id: "2026-09__20261121_081901",
  run_id: "2026-09__20261121_081901",
  sql_file: "q.sql",
  out_dir: "out",
};

function needed({ needs }: WorkflowParameters): Record<string, string> {
  return Object.fromEntries(needs.map((name) => [name, NEEDED[name] ?? ""]));
}

/** Asserts that a workflow refuses these in addition to its required parameters, in one line about them. */
function refused(workflow: string, parameters: Record<string, string>, message: RegExp): void {
  const declared = workflowParameters[workflow];
  assert.ok(declared !== undefined, workflow);
  assert.throws(
    () => checkParameters(workflow, { ...needed(declared), ...parameters }),
    (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    },
    `${workflow} ${JSON.stringify(parameters)}`,
  );
}

test("a name that every object has is an unknown parameter like any other", () => {
  for (const name of ["constructor", "toString"]) {
    refused(
      "main",
      { [name]: "1" },
      new RegExp(`^there is no parameter "${name}"; main\\.dig takes accept_drift`),
    );
  }
});

for (const [workflow, declared] of Object.entries(workflowParameters)) {
  const names = Object.keys(declared.takes);

  test(`${workflow}.dig refuses an unknown parameter`, () => {
    checkParameters(workflow, needed(declared));
    for (const name of names) {
      for (const misspelt of [`${name}s`, name.slice(1), name.toUpperCase(), name.replace("_", "-")]) {
        if (declared.takes[misspelt] !== undefined) continue;
        refused(
          workflow,
          { [misspelt]: "" },
          new RegExp(`parameter "${misspelt}", did you mean ${name}\\?$`),
        );
      }
    }
    refused(workflow, { nothing_like_it: "1" }, /no parameter "nothing_like_it"; \w+\.dig takes [a-z_, ]+$/);
    for (const other of Object.keys(parametersOf[declared.folder]).filter((name) => !names.includes(name))) {
      refused(workflow, { [other]: "" }, new RegExp(`does not use the parameter ${other} \\(of \\w+\\.dig`));
    }
  });

  test(`${workflow}.dig refuses an invalid value`, () => {
    for (const name of names) {
      for (const value of HOSTILE) refused(workflow, { [name]: value }, new RegExp(`^${name} is "`));
      const { placeholder } = declared.takes[name]?.rule ?? {};
      if (placeholder === "PATH") continue;
      for (const value of placeholder === "NAME" ? QUOTES.slice(0, -2) : QUOTES)
        refused(workflow, { [name]: value }, new RegExp(`^${name} is ".* must be `));
    }
  });

  for (const name of declared.needs) {
    test(`${workflow}.dig requires ${name}`, () => {
      refused(workflow, { [name]: "" }, new RegExp(`^${workflow}\\.dig needs -p ${name}=[A-Z_]+$`));
    });
  }
}

test("a path may contain anything that a file name may", () => {
  for (const out_dir of [...QUOTES, "./--help", "ü/$HOME"]) {
    checkParameters("run_sql_to_csv", { sql_file: "q.sql", out_dir });
  }
});

test("accepts valid values, and treats empty ones as not given", () => {
  checkParameters("main", {
    dump_month: "2026-09",
    run_mode: "prod",
    accept_drift: "releases_v6.status,masters_v1_typed.year.distinct",
    max_drop_pct: "0",
    memory_limit: "1.5 GiB",
    raw_root: "",
    datasets: "",
  });
  checkParameters("update_run_registry", { action: "Nightly_2" });
  for (const accept_drift of ["true", "false", "releases_v6.status"])
    checkParameters("main", { accept_drift });
});

test("refuses values that only look right", () => {
  refused("main", { dump_month: "2026-13" }, /dump_month is "2026-13", but must be a month like/);
  refused("main", { dump_month: "2".repeat(500) }, /dump_month is "2{80}\.\.\.", but must be/);
  refused("main", { run_mode: "prd" }, /run_mode is "prd", but must be dev or prod, did you mean prod\?/);
  refused("report_trino_active", { auto_rollback: "yes" }, /must be true or false$/);
  refused("rollback", { rollback_run_id: "2026-09__20260230_000000" }, /an existing date and time/);
  refused("main", { accept_drift: "releases_v6" }, /names like releases_v6\.status/);
  refused(
    "main",
    { accept_drift: "relases_v6.status" },
    /but must be .*names like releases_v6\.status, .*: there is no dataset relases_v6, did you mean releases_v6\.status\?$/,
  );
  refused(
    "main",
    { accept_drift: "labels_v10.rows,releases_v6.staus" },
    /: releases_v6 has no column or check staus, did you mean releases_v6\.status\?$/,
  );
  refused("main", { memory_limit: "0GB" }, /a size like/);
  for (const max_drop_pct of ["5%", "9".repeat(17)]) refused("main", { max_drop_pct }, /percent like 5$/);
  refused(
    "main",
    { datasets: "masters_v1_typed,release_credit_v1,labels_v10" },
    /^datasets is ".*", but must be all, historical, or .*: not "release_credit_v1", did you mean release_credits_v1\?$/,
  );
  refused("ingest", { datasets: "all,releases_v6" }, /: "all" stands alone, without names of datasets$/);
  refused("ingest", { datasets: ",," }, /: a name in it is empty$/);
  refused("promote", { run_mode: "dev" }, /run_mode is "dev", but must be prod/);
  refused("promote", { allow_promote: "false" }, /allow_promote is "false", but must be true/);
});

test("names the workflows that use a parameter: two, and the number of others", () => {
  for (const [parameter, workflows] of [
    ["sql_file", "run_sql_to_csv\\.dig"],
    ["auto_rollback", "main\\.dig, report_trino_active\\.dig"],
    ["out_dir", "run_sql_to_csv\\.dig, history_pipeline\\.dig and 1 other"],
    ["max_drop_pct", "main\\.dig, preflight\\.dig and 1 other"],
    ["dry_run", "main\\.dig, preflight\\.dig and 2 others"],
  ] as const)
    refused("pages", { [parameter]: "" }, new RegExp(`the parameter ${parameter} \\(of ${workflows}\\)`));
});

test("names all errors at once, on one line", () => {
  refused(
    "main",
    { run_mdoe: "prod", dry_run: "yes", out_dir: "x" },
    /^there is no parameter "run_mdoe", did you mean run_mode\?; dry_run is "yes".*; main\.dig does not use the parameter out_dir \(of run_sql_to_csv\.dig.*\); main\.dig takes /,
  );
});
