import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { engineOption } from "../lib/bench/engines.ts";
import { benchEmbedded, benchTrino, type StepMeasurement } from "../lib/bench/history_bench.ts";
import { makeBenchRun } from "../lib/bench/history_run.ts";
import { inTemporaryDirectory } from "../lib/bench/temporary.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { alignedTable } from "../lib/cli/table.ts";

export const main = defineCommand({
  name: "scripts/bench_history.ts",
  summary: "Measures the history of a run with a million releases: statements and seconds on both engines.",
  description: "Builds the run in a temporary lake. Trino needs JDK 24 or newer.",
  options: {
    releases: { type: "integer", min: 1000, default: 1_000_000, summary: "releases of the run" },
    ...engineOption,
  },
  async run({ options, log, print }) {
    return inTemporaryDirectory(async (lake) => {
      await mkdir(join(lake, "_runs"));
      log.info(`making a run with ${options.releases} releases`);
      await makeBenchRun(lake, options.releases, log);
      const measured: StepMeasurement[] = [];
      if (options.engine !== "trino") measured.push(...(await benchEmbedded(lake, log)));
      if (options.engine !== "duckdb") measured.push(...(await benchTrino(lake, log)));
      for (const line of resultLines(measured)) print(line);
      return EXIT.ok;
    });
  },
});

function resultLines(measured: readonly StepMeasurement[]): string[] {
  const engines = [...new Set(measured.map(({ engine }) => engine))];
  const totals = engines.map((engine) => {
    const own = measured.filter((each) => each.engine === engine);
    const sum = (value: (each: StepMeasurement) => number) => own.reduce((all, each) => all + value(each), 0);
    return {
      engine,
      step: "all",
      statements: sum((each) => each.statements),
      seconds: sum((each) => each.seconds),
    };
  });
  const rows = [...measured, ...totals].map(({ engine, step, statements, seconds }) => [
    engine,
    step,
    String(statements),
    seconds.toFixed(2),
  ]);
  return alignedTable([["engine", "step", "statements", "seconds"], ...rows], [2, 3]);
}

await runAsEntrypoint(import.meta.url, main);
