import { archiveRun } from "../lib/archive/archive_run.ts";
import { restoreRun } from "../lib/archive/restore_run.ts";
import { bytesText } from "../lib/cli/amounts.ts";
import { type CommandContext, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption, type OptionSpecs } from "../lib/cli/options.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { requireKnownRun } from "../lib/lake/known_runs.ts";
import { openEngine } from "../lib/sql/choose.ts";
import { unregisterRunSchema } from "../lib/sql/unregister_run.ts";

const options = {
  lake: lakeOption,
  to: { type: "path", value: "DIR", summary: "directory outside of the lake to move the run to" },
  restore: { type: "flag", summary: "restore an archived run" },
  from: {
    type: "path",
    value: "DIR",
    summary: "with --restore: the directory that has the run now (default: where it was archived)",
  },
} as const satisfies OptionSpecs;

/** Copies a sealed run to another disk, verifies the copy and removes the run from the lake; `--restore` brings it back. */
export const main = defineCommand({
  name: "scripts/archive_run.ts",
  summary: "Moves the data of a sealed run to another disk, or restores it.",
  description: [
    "Copies the run to DIR/RUN_ID, verifies the copy by its manifest, and only then removes the run from the lake.",
    "Manifest and reports stay in the lake's _meta/archive/, KPIs in the history. The active run is refused.",
    "--restore copies the run back, verifies it, and keeps the copy in the archive. Either command can be repeated",
    "after an interruption.",
  ].join("\n"),
  options,
  positionals: ["run_id"],
  examples: [
    "bin/lake archive_run 2025-12__20260120_194923 --lake hive-data --to /mnt/archive",
    "bin/lake archive_run 2025-12__20260120_194923 --lake hive-data --restore",
  ],
  async run(context) {
    const { options: given, positionals } = context;
    const { lake, to, restore, from } = given;
    if (restore === (to !== undefined)) throw new ExpectedError("give either --to DIR or --restore");
    if (from !== undefined && !restore) throw new ExpectedError("--from requires --restore");
    const { runId } = await requireKnownRun(lake, positionals[0] ?? "");
    const recorded = await registeredManifest(lake, runId);
    if (to === undefined) await bringBack(context, runId, recorded);
    else await moveAway(context, runId, to, recorded);
    return EXIT.ok;
  },
});

type Context = CommandContext<typeof options>;
type Recorded = Awaited<ReturnType<typeof registeredManifest>>;

async function moveAway(context: Context, runId: string, to: string, recorded: Recorded): Promise<void> {
  const { options, log, print } = context;
  const { outcome, record } = await archiveRun(options.lake, runId, to, { log, recorded });
  print(`${outcome}: run ${runId}, ${bytesText(record.bytes)}, in ${record.location}`);
  try {
    await unregister(context, runId);
  } catch (error) {
    log.warn(`the schema of run ${runId} still has tables, whose files are gone: repeat the command`);
    throw error;
  }
}

async function unregister({ options: { lake }, env, log }: Context, runId: string): Promise<void> {
  const engine = await openEngine(lake, {}, { env, log });
  try {
    await unregisterRunSchema({ lake, engine, log }, runId);
  } finally {
    await engine.close();
  }
}

async function bringBack(
  { options: { lake, from }, log, print }: Context,
  runId: string,
  recorded: Recorded,
): Promise<void> {
  const { outcome, location } = await restoreRun(lake, runId, { from, log, recorded });
  print(`${outcome}: run ${runId}`);
  log.info(`kept the copy in ${location}; history_pipeline.dig registers the run again`);
}

await runAsEntrypoint(import.meta.url, main);
