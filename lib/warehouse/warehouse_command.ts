import { type CommandMain, defineCommand } from "../cli/command.ts";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import type { OptionSpecs } from "../cli/options.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { kindOf } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { openBuilding, withDatasetLocks } from "../lake/building.ts";
import { optionalRunOptions, runOrDirectory } from "../lake/run_or_directory.ts";
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
    async run({ options, log, print }) {
      const { dir, run } = await runOrDirectory(options, options.run, "--run");
      const build: BuildOptions = { log, ...sessionLimits(options) };
      if (run?.state === "sealed") {
        log.info(`run ${run.runId} is sealed: nothing to build`);
        return EXIT.ok;
      }
      const made =
        run === undefined
          ? await buildInDirectory(dir, datasets, build)
          : await withDatasetLocks(run.lake, run.runId, name, directories, async () =>
              buildInRun(await openBuilding(run.lake, run.runId), datasets, build),
            );
      made.forEach(({ rows }, index) => {
        print(`${datasets[index]?.directory}: ${rows} rows`);
      });
      return EXIT.ok;
    },
  });
}

async function buildInDirectory(dir: string, datasets: readonly WarehouseDataset[], build: BuildOptions) {
  if ((await kindOf(inRun.runFile(dir))) !== undefined) {
    throw new ExpectedError(`${dir} is a run that is being built: choose it with --lake and --run-id`);
  }
  const made = [];
  for (const dataset of datasets) made.push(await buildDataset(dir, dataset, { ...build, replace: true }));
  return made;
}
