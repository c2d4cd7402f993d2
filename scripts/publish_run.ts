import { bytesText, counted } from "../lib/cli/amounts.ts";
import { type CommandContext, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import type { OptionSpecs } from "../lib/cli/options.ts";
import { registeredManifest } from "../lib/history/registered_manifests.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";
import { requireActiveRun } from "../lib/promotion/active.ts";
import { requireFinishedRun } from "../lib/promotion/promotable.ts";
import { promote } from "../lib/promotion/promote.ts";
import { Bucket } from "../lib/publish/bucket.ts";
import { pointToActive } from "../lib/publish/follow_active.ts";
import { parseS3Location, S3_LOCATION } from "../lib/publish/location.ts";
import { POINTER, pointTo } from "../lib/publish/pointer.ts";
import { publishRun } from "../lib/publish/publish_run.ts";
import { publishableRun } from "../lib/publish/published_run.ts";
import { s3Options } from "../lib/publish/s3_options.ts";

const options = {
  ...runOptions,
  "promote-run-id": { type: "string", value: "RUN_ID", summary: "the run to publish, whatever the session" },
  active: { type: "flag", summary: "publish the active run" },
  to: {
    type: "string",
    required: true,
    value: "S3_URL",
    form: S3_LOCATION,
    summary: "bucket and prefix of the published lake: s3://bucket/prefix",
  },
  ...s3Options,
  parallel: {
    type: "integer",
    min: 1,
    default: 8,
    summary: "number of concurrent requests; each sending one holds up to 16 MiB in memory",
  },
  "no-activate": { type: "flag", summary: `leave ${POINTER} unchanged` },
  "only-activate": {
    type: "flag",
    summary: `send nothing, only point ${POINTER} to an already published run`,
  },
  "to-promote": { type: "flag", summary: "refuse a run that bin/lake promote would refuse" },
  "allow-older": { type: "flag", summary: `allow pointing ${POINTER} to a run of an older month` },
  "dry-run": { type: "flag", summary: "verify, compare, and report what would be sent" },
} as const satisfies OptionSpecs;

type Context = CommandContext<typeof options>;

/** Copies a sealed run to an S3-compatible store, compares it there, and moves the pointer active.json. */
export const main = defineCommand({
  name: "scripts/publish_run.ts",
  summary: "Copies a sealed run to an S3-compatible store and points active.json there to it.",
  description: [
    "The run must pass verification. Its files go to <prefix>/_runs/RUN_ID/, the manifest last. Each object in the",
    "store is compared with the manifest's sha256. Identical objects are not sent again, and parts of large files",
    "sent by an interrupted attempt are kept, so repeat the command after a failure. Nothing but active.json is ever",
    "replaced; it is switched in one conditional put, once everything else is there. Credentials: AWS_ACCESS_KEY_ID",
    "and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or any other source that the AWS tools support.",
  ].join("\n"),
  options,
  positionals: ["run_id?"],
  examples: [
    "bin/lake publish_run 2025-12__20260120_194923 --to s3://music/lake",
    "bin/lake publish_run --active --to s3://music/lake --endpoint http://127.0.0.1:9000 --path-style true",
  ],
  async run(context) {
    const { options: given, print, log } = context;
    const { "no-activate": noActivate, "only-activate": onlyActivate, "dry-run": dryRun } = given;
    if (noActivate && onlyActivate)
      throw new ExpectedError("--no-activate conflicts with --only-activate: omit one of them");
    const location = parseS3Location(given.to);
    const run = await chosenRun(context);
    const bucket = new Bucket(location, given, { log });
    try {
      const pointed = await publishableRun(run.runId, run.dir);
      const allowOlder = given["allow-older"];
      // Refuse now what would be refused after sending everything.
      if (!noActivate) await pointTo(bucket, pointed, { allowOlder, dryRun: true });
      if (!onlyActivate) await publish(context, bucket, run.runId);
      if (noActivate) return EXIT.ok;
      const { outcome, previous, runId } =
        given.active && !dryRun
          ? await pointToActive(given.lake, bucket, { allowOlder })
          : { ...(await pointTo(bucket, pointed, { allowOlder, dryRun })), runId: run.runId };
      const before = outcome === "already active" ? "" : ` (before: ${previous ?? "none"})`;
      print(`${outcome}: ${bucket.url(POINTER)} names run ${runId}${before}`);
      return EXIT.ok;
    } finally {
      bucket.close();
    }
  },
});

interface ChosenRun {
  runId: string;
  dir: string;
}

async function chosenRun({ options: given, positionals }: Context): Promise<ChosenRun> {
  const { lake, active, "promote-run-id": promoted, "run-id": runId } = given;
  if (active) {
    if (positionals.length > 0) throw new ExpectedError("give a run or --active, not both");
    return requireActiveRun(lake);
  }
  const selected = await selectRun(withPositional({ ...given, "run-id": promoted ?? runId }, positionals));
  return requireFinishedRun(lake, selected.runId);
}

async function publish(
  { options: given, log, print }: Context,
  bucket: Bucket,
  runId: string,
): Promise<void> {
  const { lake, parallel, "dry-run": dryRun, "allow-older": allowOlder } = given;
  const recorded = await registeredManifest(lake, runId);
  const asked = { dryRun: true, allowOlder, recorded, log };
  const isVerified =
    given["to-promote"] && (await promote(lake, runId, asked)).outcome === "would be promoted";
  const published = await publishRun(lake, runId, bucket, { parallel, dryRun, isVerified, recorded, log });
  const { files, bytes, sent, sentBytes } = published;
  const what = dryRun ? "would be sent" : "sent";
  print(
    `${dryRun ? "would be published" : "published"}: run ${runId} at ${bucket.url("")}, ` +
      `${counted(files, "file")} of ${bytesText(bytes)}, ${what}: ${counted(sent, "file")} of ${bytesText(sentBytes)}`,
  );
}

await runAsEntrypoint(import.meta.url, main);
