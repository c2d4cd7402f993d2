import { countText } from "../cli/amounts.ts";
import { type CommandMain, defineCommand } from "../cli/command.ts";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { OptionSpecs } from "../cli/options.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { kindOf } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { openBuilding, withDatasetLocks } from "../lake/building.ts";
import { thoseThere } from "../lake/datasets_in.ts";
import { datasetName } from "../lake/done.ts";
import { optionalRunOptions, runOrDirectory } from "../lake/run_or_directory.ts";
import type { SelectedRun } from "../lake/run_selection.ts";
import { sessionLimits, sessionOptions } from "../sql/session_options.ts";
import { type BuildOptions, buildDataset } from "./build.ts";
import { buildInRun } from "./build_in_run.ts";

const options = {
  ...optionalRunOptions,
  run: { type: "path", value: "DIR", summary: "directory with canonical datasets, instead of a lake's run" },
  ...sessionOptions,
} as const satisfies OptionSpecs;

/** The entrypoint that makes these warehouse datasets: of a run that is being built, or in any directory. */
export function warehouseCommand(
  name: string,
  summary: string,
  datasets: readonly WarehouseDataset[],
): CommandMain {
  const directories = datasets.map(({ directory }) => directory);
  const files = directories.map((directory) => `${directory}/data.parquet`).join(" and ");
  return defineCommand({
    name,
    summary,
    description: [
      `Writes ${files}.`,
      "In a run that is being built, a dataset that is there, was made of the same inputs by the same code, and",
      "verifies, is kept. With --run the dataset is made in that directory, replacing the one that is there.",
    ].join("\n"),
    options,
    async run({ options, log, print, summarize }) {
      const { dir, run } = await runOrDirectory(options, options.run, "--run");
      const build: BuildOptions = { log, ...sessionLimits(options) };
      if (run?.state === "sealed") {
        log.info(`run ${run.runId} is sealed: nothing to build`);
        return EXIT.ok;
      }
      const made =
        run === undefined
          ? await buildInDirectory(dir, datasets, build)
          : await buildInLake(run, name, datasets, build);
      summarize(made.map(({ rows }) => `${countText(rows)} rows`).join(" and "));
      for (const { directory, rows } of made) print(`${directory}: ${rows} rows`);
      return EXIT.ok;
    },
  });
}

/** A dataset that was made or kept. */
interface Built {
  directory: string;
  rows: number;
}

async function buildInLake(
  { lake, runId }: SelectedRun,
  name: string,
  datasets: readonly WarehouseDataset[],
  build: BuildOptions,
): Promise<Built[]> {
  const directories = datasets.map(({ directory }) => directory);
  const records = await withDatasetLocks(lake, runId, name, directories, async () =>
    buildInRun(await openBuilding(lake, runId), datasets, build),
  );
  return records.map(({ dataset, rows }) => ({
    directory: directories.find((directory) => datasetName(directory) === dataset) ?? dataset,
    rows,
  }));
}

async function buildInDirectory(
  dir: string,
  datasets: readonly WarehouseDataset[],
  build: BuildOptions,
): Promise<Built[]> {
  if ((await kindOf(inRun.runFile(dir))) !== undefined) {
    throw new ExpectedError(`${dir} is a run that is being built: choose it with --lake and --run-id`);
  }
  const made: Built[] = [];
  for (const dataset of await buildable(dir, datasets, build.log)) {
    const { rows } = await buildDataset(dir, dataset, { ...build, replace: true });
    made.push({ directory: dataset.directory, rows });
  }
  return made;
}

/**
 * The datasets without those that no run needs and whose inputs are not there, which are named. All of them where
 * nothing would be left: the first build fails then with what is missing.
 */
async function buildable(
  dir: string,
  datasets: readonly WarehouseDataset[],
  log: Logger,
): Promise<readonly WarehouseDataset[]> {
  const left: WarehouseDataset[] = [];
  for (const dataset of datasets) {
    const there: TableDeclaration[] = [...left, ...(await thoseThere(dir, dataset.reads))];
    const absent = dataset.reads.filter((read) => !there.includes(read)).map(({ directory }) => directory);
    if (dataset.required || absent.length === 0) left.push(dataset);
    else log.info(`${dataset.table}: not made, ${dir} has no ${absent.join(", ")}`);
  }
  return left.length === 0 ? datasets : left;
}
