import { spawn } from "node:child_process";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { INTERRUPTS } from "../lib/cli/interrupt.ts";
import { shellWord } from "../lib/cli/shell_words.ts";
import { namesIn } from "../lib/files/files.ts";
import { inRun, lakePaths } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { writeSampleDump } from "../lib/sample/write_sample_dump.ts";

const DEMO = join(projectRoot, "demo");
const MONTH = "2026-09";
const SAMPLE = { artists: 2000, labels: 500, masters: 600, releases: 3000, seed: 1 } as const;
const QUERY =
  "SELECT style, count(*) AS releases FROM hive.discogs.release_style_xref_v1 GROUP BY style ORDER BY releases DESC, style LIMIT 5";

/** Makes a sample month in demo/ and runs main.dig on it; the exit code is that of the workflow. */
export const main = defineCommand({
  name: "scripts/start.ts",
  summary:
    "Makes a small sample dump and runs the whole workflow on it, up to a promoted run with its report.",
  description:
    "Everything goes to demo/: the dumps to demo/raw, the lake to demo/hive-data. Each start makes a new run.",
  options: {
    verbose: {
      type: "flag",
      summary: "print the workflow's full output instead of one line per stage",
    },
  },
  examples: ["npm start", "npm start -- --verbose"],
  async run({ options, env, log, print }) {
    const raw = join(DEMO, "raw");
    const lake = join(DEMO, "hive-data");
    await writeSampleDump({ out: raw, month: MONTH, clean: true, log, ...SAMPLE });
    const parameters = ["-p", "run_mode=prod", "-p", `dump_month=${MONTH}`];
    if (options.verbose) parameters.push("--verbose");
    const exitCode = await runDigdag(["run", "main.dig", ...parameters], {
      ...env,
      DISCOGS_DATA_LAKE: lake,
      DISCOGS_RAW: raw,
    });
    if (exitCode === EXIT.ok) await printWhatIsThere(lake, print);
    return exitCode;
  },
});

async function runDigdag(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const digdag = spawn(join(projectRoot, "bin", "digdag"), args, {
    cwd: projectRoot,
    env,
    stdio: "inherit",
  });
  // The child ends its steps and reports their outcome; this process must outlive it.
  for (const signal of INTERRUPTS) process.on(signal, () => digdag.kill(signal));
  return new Promise((resolve, reject) => {
    digdag.once("error", reject);
    digdag.once("exit", (code) => resolve(code ?? EXIT.unexpected));
  });
}

async function printWhatIsThere(lake: string, print: (line: string) => void): Promise<void> {
  const { active, historyReports, duckdbFile } = lakePaths(lake);
  const reports = inRun.reports(active);
  print("");
  print("to open in a browser, the page of this run and that of all months:");
  print(`  ${await newestIn(reports, /^index_.*\.html$/)}`);
  print(`  ${await newestIn(historyReports, /\.html$/)}`);
  print("its sanity report, and the lake for DuckDB, Python and BI tools (docs/opening.md):");
  print(`  ${await newestIn(reports, /_sanity_active_/)}`);
  print(`  ${duckdbFile}`);
  print("to try next: a query, the state of the lake, and the KPIs for the page of all months:");
  print(`  export DISCOGS_DATA_LAKE=${shellWord(lake)}`);
  print(`  bin/lake query "${QUERY}"`);
  print("  bin/lake status");
  print("  bin/digdag run history_pipeline.dig");
}

async function newestIn(directory: string, name: RegExp): Promise<string> {
  return join(directory, (await namesIn(directory)).filter((each) => name.test(each)).at(-1) ?? "");
}

await runAsEntrypoint(import.meta.url, main);
