import { join } from "node:path";
import { engineOption } from "../lib/bench/engines.ts";
import {
  benchEmbedded,
  benchTrino,
  type HistoryBench,
  type StepMeasurement,
} from "../lib/bench/history_bench.ts";
import { writeBenchRun } from "../lib/bench/history_run.ts";
import { inTemporaryDirectory } from "../lib/bench/temporary.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { alignedTable } from "../lib/cli/table.ts";
import { writeHistoryPage } from "../lib/report/write_history_page.ts";

/** Measures what one new run costs the history, in lakes of the given numbers of runs, on both engines. */
export const main = defineCommand({
  name: "scripts/bench_history.ts",
  summary: "Measures what one new run costs the history of a lake, on both engines.",
  description: [
    "For each step: statements sent, events appended and their files, seconds, and CPU seconds (including Trino's). The",
    "new run is generated, by default with a million releases; the other runs of the lake are hard links to it and have",
    "their history already. Trino needs JDK 24 or newer.",
  ].join("\n"),
  options: {
    releases: { type: "integer", min: 1000, default: 1_000_000, summary: "releases of the run" },
    runs: {
      type: "string",
      default: "1",
      form: { pattern: /^[1-9]\d*(,[1-9]\d*)*$/, name: "numbers like 2,60,120" },
      value: "N,N,...",
      summary: "runs in the lake, the new one included: one measurement for each number",
    },
    ...engineOption,
  },
  examples: ["bin/lake bench_history --releases 1000 --runs 2,60,120"],
  async run({ options, log, print }) {
    const sizes = options.runs
      .split(",")
      .map(Number)
      .sort((a, b) => a - b);
    return inTemporaryDirectory(async (dir) => {
      log.info(`making a run with ${options.releases} releases`);
      const run = join(dir, "run");
      await writeBenchRun(run, options.releases, { log, memoryLimit: "2GB" });
      const bench: HistoryBench = {
        run,
        sizes,
        more: { build_report: (context) => writeHistoryPage(context) },
        log,
      };
      const measured: StepMeasurement[] = [];
      if (options.engine !== "trino") measured.push(...(await benchEmbedded(bench)));
      if (options.engine !== "duckdb") measured.push(...(await benchTrino(bench)));
      for (const line of resultLines(measured)) print(line);
      return EXIT.ok;
    });
  },
});

function resultLines(measured: readonly StepMeasurement[]): string[] {
  const lakes = [...new Set(measured.map(({ engine, runs }) => `${engine} ${runs}`))];
  const rows = lakes.flatMap((lake) => {
    const own = measured.filter(({ engine, runs }) => `${engine} ${runs}` === lake);
    return [...own.map(cells), cells(own.reduce(total))];
  });
  const heading = ["engine", "runs", "step", "statements", "events", "files", "seconds", "CPU seconds"];
  return alignedTable([heading, ...rows], [1, 3, 4, 5, 6, 7]);
}

function total(sum: StepMeasurement, step: StepMeasurement): StepMeasurement {
  return {
    ...sum,
    step: "all",
    statements: sum.statements + step.statements,
    events: sum.events + step.events,
    files: sum.files + step.files,
    seconds: sum.seconds + step.seconds,
    cpuSeconds: sum.cpuSeconds + step.cpuSeconds,
  };
}

function cells({
  engine,
  runs,
  step,
  statements,
  events,
  files,
  seconds,
  cpuSeconds,
}: StepMeasurement): string[] {
  const counts = [statements, events, files].map(String);
  return [engine, String(runs), step, ...counts, seconds.toFixed(2), cpuSeconds.toFixed(2)];
}

await runAsEntrypoint(import.meta.url, main);
