import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import type { CommandMain } from "../lib/cli/command.ts";
import { commandsIn, INCLUDED, mapsIn, valuesOf } from "../lib/digdag/testing/workflow_maps.ts";
import { readWorkflowFile, type WorkflowMap } from "../lib/digdag/workflow_file.ts";
import { markdownTable } from "../lib/docs/markdown.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import type { Parameter } from "../lib/parameters/declared.ts";
import { EXPORTED } from "../lib/parameters/given.ts";
import { parameterRows, parametersYml } from "../lib/parameters/render.ts";
import { type FolderName, parametersOf, workflowParameters } from "../lib/parameters/workflows.ts";

// Compares the workflows, their pages and the scripts' options with the declarations of the parameters.

const FOLDERS: FolderName[] = ["digdag", "history"];

const text = (folder: string, name: string) => readFileSync(join(projectRoot, folder, name), "utf8");
const workflow = (folder: string, name: string) => readWorkflowFile(join(projectRoot, folder, `${name}.dig`));

/** The options added by `bin/step --of-run`, read from its source. */
const OF_RUN = / --run-id=.*$/m.exec(text("bin", "step"))?.[0] ?? "";
/** The command by which `bin/step --of-dump=ENTITY` finds the dump. */
const OF_DUMP = /scripts\/check_dumps\.ts .*raw_root"/.exec(text("bin", "step"))?.[0] ?? "";

/** The commands of a workflow, with all arguments of their scripts, and those that `bin/step` runs before them. */
function commandText(map: WorkflowMap): string {
  return commandsIn(map)
    .join("\n")
    .replaceAll(/ --of-run .*$/gm, (line) => `${line}${OF_RUN}`)
    .replaceAll(/ --of-dump=.*$/gm, (line) => `${line}\n${OF_DUMP}`);
}

const workflowsIn = (folder: string) =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".dig"))
    .map((name) => name.slice(0, -".dig".length));

for (const folder of FOLDERS) {
  test(`${folder}/ has the declared parameters and workflows`, () => {
    assert.equal(text(folder, "parameters.yml"), parametersYml(folder));
    const table = markdownTable(parameterRows(folder)).join("\n");
    assert.ok(
      text(folder, "README.md").includes(`\n${table}\n\n`),
      `${folder}/README.md lacks the table that scripts/describe_parameters.ts prints`,
    );
    const declared = Object.keys(workflowParameters).filter(
      (name) => workflowParameters[name]?.folder === folder,
    );
    assert.deepEqual(declared.sort(), workflowsIn(folder).sort());
  });

  test(`${folder}/README.md describes each workflow in its table, once`, () => {
    const rows = [...text(folder, "README.md").matchAll(/^\| ((?:\w+\.dig(?:, )?)+) \|/gm)];
    const described = rows.flatMap(([, names = ""]) => names.split(", "));
    assert.deepEqual(
      described.sort(),
      workflowsIn(folder)
        .map((name) => `${name}.dig`)
        .sort(),
    );
  });

  test(`every workflow of ${folder}/ checks its parameters first`, () => {
    for (const shared of ["check_parameters.yml", "step.yml"]) {
      assert.equal(text(folder, shared), text("digdag", shared));
    }
    for (const name of workflowsIn(folder)) {
      const [first] = Object.entries(workflow(folder, name)).filter(([key]) => key.startsWith("+"));
      assert.deepEqual(first, ["+parameters", { [INCLUDED]: "check_parameters.yml" }], name);
    }
  });
}

test("an empty parameter counts as not given, and any other value is passed on", () => {
  for (const folder of FOLDERS) {
    const values = Object.entries(readWorkflowFile(join(projectRoot, folder, "parameters.yml")));
    assert.equal(values.length, Object.keys(parametersOf[folder]).length);
    for (const [name, expression] of values) {
      const [, code = ""] = /^\$\{(.*)\}$/.exec(String(expression)) ?? [];
      for (const exported of [{}, { active_is_included: "true" }]) {
        const evaluated = (given: object) => runInNewContext(code, { ...given, ...exported });
        assert.equal(evaluated({ [name]: "" }), evaluated({}), name);
        assert.equal(evaluated({ [name]: "given" }), "given", name);
      }
    }
  }
});

test("exports of workflows are not parameters, and are declared", () => {
  const conditions = Object.keys(CONDITIONS);
  const exported = mapsIn(workflow("history", "history_pipeline")).flatMap(({ _export }) => mapsIn(_export));
  const names = [...conditions, ...exported.flatMap(Object.keys)];
  assert.deepEqual(names.sort(), [...EXPORTED].sort());
  for (const name of names) {
    for (const folder of FOLDERS) assert.equal(parametersOf[folder][name], undefined);
  }
});

/** The conditions of digdag/conditions.yml with their expressions. */
const CONDITIONS = readWorkflowFile(join(projectRoot, "digdag", "conditions.yml"));

test("for a condition, too, an empty parameter counts as not given", () => {
  const asked = {
    run_mode: "prod",
    do_download: "true",
    do_xml_tests: "true",
    publish_to: "s3://music/lake",
  };
  for (const [condition, expression] of Object.entries(CONDITIONS)) {
    const [, code = ""] = /^\$\{(.*)\}$/.exec(String(expression)) ?? [];
    const evaluated = (given: object) => String(runInNewContext(code, { ...given }));
    assert.equal(evaluated(asked), "true", condition);
    for (const name of Object.keys(parametersOf.digdag)) {
      const { [name]: _, ...others }: Record<string, string> = asked;
      assert.equal(evaluated({ ...others, [name]: "" }), evaluated(others), `${condition}, ${name}`);
    }
  }
});

/** Parameters used in a workflow or in what it calls that can't be given to it directly. */
const NOT_TAKEN: Record<string, string[]> = {
  // It promotes the run that it made.
  main: ["promote_run_id"],
  // The run made by main.dig.
  promote: ["run_id", "dump_month"],
  // Parameters that preflight.dig takes for main.dig.
  ingest: [
    "accept_drift",
    "allow_older",
    "allow_promote",
    "do_download",
    "do_xml_tests",
    "dry_run",
    "max_drop_pct",
    "max_growth_pct",
    "publish_to",
  ],
};
/** Parameters that promote.dig takes only to refuse contradictions. */
const ONLY_CHECKED: Record<string, string[]> = { promote: ["allow_promote", "run_mode"] };
/** Parameters that `bin/digdag` itself checks before it begins a session; no step needs them. */
const OF_THE_LAUNCHER: Record<string, string[]> = { main: ["if_new"] };

/** Names of the parameters used by a workflow and what it calls. */
function used(folder: FolderName, name: string): Set<string> {
  const code = workflow(folder, name);
  const asked = valuesOf(code, "if>").map((condition) => CONDITIONS[condition.slice(2, -1)] ?? "");
  const words = [...commandText(code).matchAll(/"\$(\w+)[/"]/g), ...asked.join(" ").matchAll(/\b(\w+)\b/g)];
  const names = new Set(words.map(([, word = ""]) => word).filter((word) => parametersOf[folder][word]));
  for (const called of valuesOf(code, "call>")) {
    for (const each of used(folder, called.replace(".dig", ""))) names.add(each);
  }
  return names;
}

const passedOver = (name: string) => [...(ONLY_CHECKED[name] ?? []), ...(OF_THE_LAUNCHER[name] ?? [])];

for (const [name, { folder, takes }] of Object.entries(workflowParameters)) {
  test(`${name}.dig takes exactly the parameters it uses`, () => {
    const expected = [...used(folder, name)].filter((each) => !NOT_TAKEN[name]?.includes(each));
    assert.deepEqual(Object.keys(takes).sort(), [...expected, ...passedOver(name)].sort());
  });
}

/** What in a step's command gives the values of these options in place of the parameters with their names. */
const GIVEN_BY: readonly (readonly [string, readonly string[]])[] = [
  ["--of-run", ["run-id", "dump-month"]],
  ["--active", ["run-id", "dump-month", "promote-run-id", "dry-run", "out-dir"]],
  ["--missing", ["run-id", "from-run", "to-run", "out-dir"]],
  ["--root=", ["run-id", "dump-month", "datasets"]],
  ["--of-dump=", ["raw-root", "dump-month"]],
  // The run's own choice of datasets, of which the step makes or checks these.
  ["--only=", ["datasets"]],
  ["--only=collection", ["remove-control-characters", "strict"]],
  ["--of-run tests/parquet_sanity.ts", ["datasets"]],
  // The run that is tested is not active.
  ["--of-run scripts/sanity_report.ts", ["auto-rollback", "publish-to"]],
  // dry_run is about promotion and rollback: dumps are downloaded nonetheless.
  ["scripts/download_dumps.ts", ["dry-run"]],
  // A rollback writes the page to its usual place.
  ["scripts/build_report.ts --memory-limit", ["out-dir"]],
];

for (const folder of FOLDERS) {
  test(`the steps of ${folder}/ pass on every parameter for which their script has an option`, async () => {
    for (const name of workflowsIn(folder)) {
      for (const line of commandText(workflow(folder, name)).split("\n")) {
        const [script] = /\S+\.ts\b/.exec(line) ?? [];
        if (script === undefined) continue;
        const { main }: { main: CommandMain } = await import(join(projectRoot, script));
        const given = new Set(GIVEN_BY.flatMap(([part, options]) => (line.includes(part) ? options : [])));
        const lacking = Object.keys(main.command.options).filter(
          (option) =>
            Object.hasOwn(parametersOf[folder], option.replaceAll("-", "_")) &&
            !given.has(option) &&
            !line.includes(` --${option}`),
        );
        assert.deepEqual(lacking, [], `${name}.dig: ${line}`);
      }
    }
  });
}

interface Passed {
  parameter: string;
  option: string;
  script: string;
}

/** The scripts' options that a parameter becomes, in all workflows of a folder. */
function passed(folder: FolderName): Passed[] {
  const lines = workflowsIn(folder).flatMap((name) => commandText(workflow(folder, name)).split("\n"));
  return lines.flatMap((line) => {
    const script = /\S+\.ts\b/.exec(line)?.[0] ?? "";
    const options = [...line.matchAll(/--([a-z-]+)="\$(\w+)"/g)];
    return options
      .map(([, option = "", parameter = ""]) => ({ parameter, option, script }))
      .filter(({ parameter }) => parametersOf[folder][parameter] !== undefined);
  });
}

async function optionOf({ script, option }: Passed) {
  const loaded: { main: CommandMain } = await import(join(projectRoot, script));
  return loaded.main.command.options[option];
}

for (const folder of FOLDERS) {
  test(`options that are parameters of ${folder}/ have the same values and defaults`, async () => {
    const all = passed(folder);
    const ofNoStep = ["project_root", ...Object.values(OF_THE_LAUNCHER).flat()];
    const names = Object.keys(parametersOf[folder]).filter((name) => !ofNoStep.includes(name));
    assert.deepEqual(new Set(all.map(({ parameter }) => parameter)), new Set(names));
    for (const each of all) {
      const parameter: Parameter | undefined = parametersOf[folder][each.parameter];
      const spec = await optionOf(each);
      assert.ok(parameter !== undefined && spec !== undefined, JSON.stringify(each));
      const choices = spec.type === "flag" ? ["true", "false"] : spec.choices;
      if (each.parameter !== "accept_drift")
        assert.deepEqual(choices, parameter.rule.choices, JSON.stringify(each));
      const byDefault = [spec.env && `\`$${spec.env}\``, spec.type === "flag" ? "false" : spec.default];
      const declared = parameter.default === "" ? (parameter.otherwise ?? "") : parameter.default;
      if (spec.default !== undefined || parameter.default !== "") {
        assert.equal(byDefault.filter(Boolean).join(", or "), declared, JSON.stringify(each));
      }
    }
  });

  test(`the workflows of ${folder}/ pass every option and its value as one word`, () => {
    for (const name of [...workflowsIn(folder).map((each) => `${each}.dig`), "check_parameters.yml"]) {
      const words = commandText(readWorkflowFile(join(projectRoot, folder, name))).match(
        / --[a-z][\w-]* +[^-\s]\S*/gm,
      );
      assert.deepEqual(words?.filter((word) => !word.startsWith(" --of-run ")) ?? [], [], name);
    }
  });
}
