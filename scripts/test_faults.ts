import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { enginePlaces, requireEngine } from "../lib/digdag/engine.ts";
import { makeSystemTemporary } from "../lib/files/system_temporary.ts";
import { removeDirectory } from "../lib/testing/faults/campaign.ts";
import { type Choice, isWanted, testFaults } from "../lib/testing/faults/fault_test.ts";
import { killMain } from "../lib/testing/faults/kill_main.ts";
import { compileInjector } from "../lib/testing/faults/preload.ts";
import { prepareSteps } from "../lib/testing/faults/prepare.ts";
import { killLines, reportLines } from "../lib/testing/faults/report.ts";

const MINUTE_MS = 60_000;

/** Makes every write of the scripts fail and kills main.dig at random moments; exit 1 if a repeated run differs. */
export const main = defineCommand({
  name: "scripts/test_faults.ts",
  summary: "Makes every write call of the scripts fail in every way, and kills main.dig at random moments.",
  description: [
    "Works on tiny months in a temporary directory. A C library between each script and libc fails one call that",
    "changes a file with EIO, ENOSPC or EACCES, or kills the process there. Readers must see the state before or",
    "after, an error must be one line with a path, and repeating the command must complete it. main.dig, killed",
    "repeatedly, must produce the same bytes as an undisturbed run. Requires Linux and a C compiler.",
    "Failures are printed as STEP:CALL:PATH:NTH:FAULT; --only repeats one.",
  ].join("\n"),
  options: {
    only: {
      type: "string",
      value: "TEXT",
      summary: "only injections whose name has this prefix, and no kills",
    },
    kills: { type: "integer", min: 0, default: 60, summary: "number of times to kill main.dig" },
    seed: { type: "integer", default: 1, summary: "seed of the moments at which main.dig is killed" },
    budget: {
      type: "integer",
      min: 1,
      default: 120,
      value: "MINUTES",
      summary: "start nothing after this time; skipped injections are failures",
    },
    jobs: {
      type: "integer",
      min: 1,
      default: availableParallelism(),
      summary: "number of concurrent scripts or lakes; by default one per core",
    },
  },
  examples: ["npm run test:faults", "npm run test:faults -- --only promote:rename:lake/active:1:KILL"],
  async run({ options, env, log, print }) {
    const injector = compileInjector(env);
    if ("unavailable" in injector) throw new ExpectedError(injector.unavailable);
    const end = Date.now() + options.budget * MINUTE_MS;
    const common = { jobs: options.jobs, goesOn: () => Date.now() < end, log: log.info };
    const choice: Choice = options.only === undefined ? "all" : { begins: options.only };
    const kills = options.only === undefined ? options.kills : 0;
    let isGood = true;
    if (kills > 0) {
      await requireEngine(enginePlaces(env), env, log);
      const killed = await inTemporary((base) => killMain({ ...common, base, kills, seed: options.seed }));
      for (const line of killLines(killed, kills)) print(line);
      isGood = killed.kills.length >= kills && killed.problems.length === 0;
    }
    const report = await inTemporary(async (base) => {
      const preparation = { library: injector.library, base, wants: isWanted(choice), log: log.info };
      const prepared = await prepareSteps(preparation);
      const copies = join(base, "copies");
      mkdirSync(copies);
      return testFaults({ ...common, ...prepared, base: copies, choice });
    });
    if (report.steps.every(({ injections }) => injections === 0)) {
      throw new ExpectedError(
        `no injection${options.only === undefined ? "" : ` has the prefix "${options.only}"`}`,
      );
    }
    for (const line of reportLines(report)) print(line);
    isGood &&= report.failures.length === 0 && report.undone.length === 0;
    return isGood ? EXIT.ok : EXIT.checkFailed;
  },
});

async function inTemporary<T>(use: (base: string) => Promise<T>): Promise<T> {
  const base = await makeSystemTemporary("discogs-data-lake-faults-");
  try {
    return await use(base);
  } finally {
    removeDirectory(base);
  }
}

await runAsEntrypoint(import.meta.url, main);
