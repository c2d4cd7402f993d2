import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { detailsModule, exportedBy } from "../lib/datasets/details_module.ts";
import { namesIn, readText, textIfThere, writeFileAtomic } from "../lib/files/files.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { parserFiles } from "../lib/parser/parser_files.ts";

const DETAILS = "lib/datasets/details";

/** The files that a script prints, by path. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  "docs/commands.md": ["describe_commands"],
  "docs/datasets.md": ["describe_datasets"],
  "digdag/parameters.yml": ["describe_parameters", "--folder=digdag"],
  "history/parameters.yml": ["describe_parameters", "--folder=history"],
  "sql/sanity_report_active_v1.sql": ["describe_sanity_report"],
};

/** The pages with a table that a script prints. */
const WITH_TABLE: Readonly<Record<string, readonly string[]>> = {
  "digdag/README.md": ["describe_parameters", "--folder=digdag", "--table"],
  "history/README.md": ["describe_parameters", "--folder=history", "--table"],
};

/** Brings every generated file of the project up to date. */
export const main = defineCommand({
  name: "scripts/generate.ts",
  summary: "Brings every generated file up to date with the declarations, and names the files that changed.",
  description:
    "Run it after adding a dataset, a script, a workflow or a parameter, or changing the record parser. It writes the list of\n" +
    "detail datasets, the pages and SQL that are derived from declarations, and the compiled parser.",
  options: {},
  examples: ["bin/lake generate"],
  async run({ print }) {
    const write = async (path: string, content: string) => {
      if ((await textIfThere(join(projectRoot, path))) === content) return;
      await writeFileAtomic(join(projectRoot, path), content);
      print(path);
    };
    // First, because the other scripts import it.
    await write(`${DETAILS}/index.ts`, detailsModule(await detailFiles()));
    for (const [path, command] of Object.entries(PRINTED)) await write(path, outputOf(command));
    for (const [path, command] of Object.entries(WITH_TABLE)) {
      await write(path, withTable(path, await readText(join(projectRoot, path)), outputOf(command)));
    }
    for await (const [path, content] of parserFiles()) await write(path, content);
    return EXIT.ok;
  },
});

/** The files of the detail datasets. */
async function detailFiles(): Promise<string[]> {
  const files = (await namesIn(join(projectRoot, DETAILS))).filter((file) => file !== "index.ts");
  for (const file of files) {
    const name = exportedBy(file);
    const text = await readText(join(projectRoot, DETAILS, file));
    if (!text.includes(`export const ${name} =`)) {
      throw new ExpectedError(`${DETAILS}/${file} does not export its dataset as ${name}`);
    }
  }
  return files;
}

/** What a script prints, run from its sources, which may have changed since this one was compiled. */
function outputOf([script, ...args]: readonly string[]): string {
  const path = join(projectRoot, "scripts", `${script}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", path, ...args], {
    cwd: projectRoot,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new ExpectedError(`scripts/${script}.ts failed: ${stderr.trim()}`);
  return stdout;
}

/** The page with its table of the same heading replaced. */
function withTable(path: string, page: string, table: string): string {
  const [heading = ""] = table.split("\n", 1);
  const start = page.indexOf(`\n${heading}\n`) + 1;
  if (start === 0) throw new ExpectedError(`${path} has no table with the heading ${heading}`);
  const end = page.indexOf("\n\n", start) + 1;
  return page.slice(0, start) + table + page.slice(end);
}

await runAsEntrypoint(import.meta.url, main);
