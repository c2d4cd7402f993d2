import { counted } from "../cli/amounts.ts";
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
  run: {
    type: "path",
    value: "DIR",
    summary: "directory with canonical datasets, instead of a run of a lake",
  },
  ...sessionOptions,
} as const satisfies OptionSpecs;

/** The entrypoint that builds these warehouse datasets in a building run or in any directory. */
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
      "In a run under construction, keeps an existing dataset that was made from the same inputs by the same code",
      "and passes verification. With --run, builds the dataset in that directory, replacing an existing one, but no other files.",
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
      summarize(rowCounts(made) || "not among the datasets of this run");
      for (const { directory, rows } of made) print(`${directory}: ${counted(rows, "row")}`);
      return EXIT.ok;
    },
  });
}

/** A dataset that was built or kept. */
interface Built {
  directory: string;
  rows: number;
}

/** The rows of the datasets, which are named if there are several. */
function rowCounts(made: readonly Built[]): string {
  const of = ({ directory }: Built) => (made.length === 1 ? "" : ` in ${directory}`);
  return made.map((built) => `${counted(built.rows, "row")}${of(built)}`).join(", ");
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
    throw new ExpectedError(`${dir} is a run under construction: select it with --lake and --run-id`);
  }
  const made: Built[] = [];
  for (const dataset of await buildable(dir, datasets, build.log)) {
    const { rows } = await buildDataset(dir, dataset, { ...build, replace: true });
    made.push({ directory: dataset.directory, rows });
  }
  return made;
}

/**
 * Omits optional datasets whose inputs are missing, naming them. Returns all if none would remain, so that the first build
 * reports what is missing.
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
