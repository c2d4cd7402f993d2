import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CommandMain } from "../lib/cli/command.ts";
import { markdownTable } from "../lib/docs/markdown.ts";
import type { Parameter } from "../lib/parameters/declared.ts";
import { EXPORTED } from "../lib/parameters/given.ts";
import { parameterRows, parametersYml } from "../lib/parameters/render.ts";
import { type FolderName, parametersOf, workflowParameters } from "../lib/parameters/workflows.ts";

// The workflows, their pages and the scripts' options against the declarations of the parameters.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS: FolderName[] = ["digdag", "history"];

const text = (folder: string, name: string) => readFileSync(join(ROOT, folder, name), "utf8");
const workflowsIn = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".dig"))
    .map((name) => name.slice(0, -".dig".length));

for (const folder of FOLDERS) {
  test(`${folder}/ has the parameters that are declared, and each workflow`, () => {
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

  test(`every workflow of ${folder}/ checks its parameters first`, () => {
    assert.equal(text(folder, "check_parameters.yml"), text("digdag", "check_parameters.yml"));
    for (const name of workflowsIn(folder)) {
      const tasks = text(folder, `${name}.dig`).split(/^(?=\+)/m);
      assert.equal(tasks[1], "+parameters:\n  !include : 'check_parameters.yml'\n\n", name);
    }
  });
}

test("what the workflows export is no parameter, and is declared", () => {
  const conditions = Object.keys(CONDITIONS);
  const exportedHere = text("history", "history_pipeline.dig").matchAll(/^ {4}(\w+): 'true'$/gm);
  const names = [...conditions, ...[...exportedHere].map(([, name = ""]) => name)];
  assert.deepEqual(names.sort(), [...EXPORTED].sort());
  for (const name of names) {
    for (const folder of FOLDERS) assert.equal(parametersOf[folder][name], undefined);
  }
});

/** The conditions of digdag/conditions.yml, each with the text that it evaluates. */
const CONDITIONS = Object.fromEntries(
  [...text("digdag", "conditions.yml").matchAll(/^(\w+): "(.*)"$/gm)].map(([, name = "", code = ""]) => [
    name,
    code,
  ]),
);

/** What is used in a workflow or in what it calls, but can't be given to it by itself. */
const NOT_TAKEN: Record<string, string[]> = {
  // It promotes the run that it has made.
  main: ["promote_run_id"],
  // The run that main.dig has made.
  promote: ["run_id", "dump_month"],
  // What preflight.dig takes for main.dig.
  ingest: [
    "accept_drift",
    "allow_older",
    "allow_promote",
    "do_download",
    "do_xml_tests",
    "dry_run",
    "max_drop_pct",
    "max_growth_pct",
  ],
};
/** What promote.dig takes only to refuse what contradicts it. */
const ONLY_CHECKED: Record<string, string[]> = { promote: ["allow_promote", "run_mode"] };

/** Names of the parameters that a workflow and what it calls make use of. */
function used(folder: FolderName, name: string): Set<string> {
  const code = text(folder, `${name}.dig`);
  const asked = [...code.matchAll(/if>: \$\{(\w+)\}/g)].map(
    ([, condition = ""]) => CONDITIONS[condition] ?? "",
  );
  const words = [...code.matchAll(/"\$(\w+)"/g), ...asked.join(" ").matchAll(/\b(\w+)\b/g)];
  const names = new Set(words.map(([, word = ""]) => word).filter((word) => parametersOf[folder][word]));
  for (const [, called = ""] of code.matchAll(/call>: (\w+)\.dig/g)) {
    for (const each of used(folder, called)) names.add(each);
  }
  return names;
}

for (const [name, { folder, takes }] of Object.entries(workflowParameters)) {
  test(`${name}.dig takes what it uses, and nothing else`, () => {
    const expected = [...used(folder, name)].filter((each) => !NOT_TAKEN[name]?.includes(each));
    assert.deepEqual(Object.keys(takes).sort(), [...expected, ...(ONLY_CHECKED[name] ?? [])].sort());
  });
}

interface Passed {
  parameter: string;
  option: string;
  script: string;
}

/** Which option of which script a parameter becomes, in all workflows of a folder. */
function passed(folder: FolderName): Passed[] {
  const commands = workflowsIn(folder).flatMap((name) =>
    text(folder, `${name}.dig`)
      .replaceAll("\\\n", " ")
      .split("\n")
      .filter((line) => line.includes("--import tsx")),
  );
  return commands.flatMap((line) => {
    const script = /--import tsx (\S+)/.exec(line)?.[1] ?? "";
    const options = [...line.matchAll(/--([a-z-]+)="\$(\w+)"/g)];
    return options
      .map(([, option = "", parameter = ""]) => ({ parameter, option, script }))
      .filter(({ parameter }) => parametersOf[folder][parameter] !== undefined);
  });
}

async function optionOf({ script, option }: Passed) {
  const loaded: { main: CommandMain } = await import(join(ROOT, script));
  return loaded.main.command.options[option];
}

for (const folder of FOLDERS) {
  test(`an option that is a parameter of ${folder}/ allows the same values and has the same default`, async () => {
    const all = passed(folder);
    const names = Object.keys(parametersOf[folder]).filter((name) => name !== "project_root");
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

  test(`the workflows of ${folder}/ pass every option with its value in one word`, () => {
    for (const name of [...workflowsIn(folder).map((each) => `${each}.dig`), "check_parameters.yml"]) {
      const words = text(folder, name).match(/ --[a-z][\w-]* +(?!\\$)[^-\s]\S*/gm) ?? [];
      assert.deepEqual(
        words.filter((word) => !word.startsWith(" --import tsx")),
        [],
        name,
      );
    }
  });
}
