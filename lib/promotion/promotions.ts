import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { z } from "zod";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { withPath } from "../cli/system_error.ts";
import { makeDirectory, openToWrite, syncPath, textIfThere } from "../files/files.ts";
import { lakePaths, promotionLockPath, sealedDir } from "../files/paths.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { sha256Hex } from "../lake/done.ts";
import { manifestSha256 } from "../lake/manifest.ts";
import { namedRun, readActive, requireSwitchable, switchActive } from "./active.ts";

/** How long to wait for another promotion or rollback, which verifies a run. */
const WAIT_MS = 5 * 60_000;

const intent = z.object({
  event: z.literal("intent"),
  id: z.uuid(),
  action: z.enum(["promote", "rollback"]),
  run_id: z.string(),
  /** The previously active run; null when there was none. */
  previous: z.string().nullable(),
  /** Who asked for it, e.g. a workflow's session, so that a repeated request is recognised. */
  request: z.string().optional(),
  /** Whether the lake's readers are to follow, which a line `followed` records; until then the switch is unfinished. */
  to_follow: z.boolean().optional(),
  /** sha256 of the run's manifest when it became active; absent for a run without one. */
  manifest_sha256: sha256Hex.optional(),
  time: z.iso.datetime(),
});

const done = z.object({
  event: z.literal("done"),
  /** Id of the intent that this line ends. */
  id: z.uuid(),
  /** Whether `active` was switched; false when the process ended before that. */
  switched: z.boolean(),
  /** Written by a later process, which found the intent without an end and checked the link. */
  settled: z.boolean(),
  time: z.iso.datetime(),
});

const followed = z.object({
  event: z.literal("followed"),
  /** Id of the intent whose run the lake's readers show. */
  id: z.uuid(),
  time: z.iso.datetime(),
});

const promotionLine = z.discriminatedUnion("event", [intent, done, followed]);

/** The line that announces a switch of `active`. */
export type Intent = z.infer<typeof intent>;

/** A line of promotions.jsonl: the intent or the end of a switch, or that the readers followed it. */
export type PromotionLine = z.infer<typeof promotionLine>;

/** The parsed content of promotions.jsonl. */
export interface PromotionLog {
  lines: PromotionLine[];
  /** A last line without a line break: its writer was interrupted, and the line does not count. */
  torn: string | undefined;
}

/** Reads `_meta/promotions.jsonl`. ExpectedError when a line other than a torn last one can't be read. */
export async function readPromotions(lake: string): Promise<PromotionLog> {
  const path = lakePaths(lake).promotions;
  const parts = (await textIfThere(path)).split("\n");
  const last = parts.pop();
  const lines = parts.map((line, index) => parseLine(line, `${path} line ${index + 1}`));
  return { lines, torn: last === "" ? undefined : last };
}

/** The intents without an end. */
export function openIntents({ lines }: PromotionLog): Intent[] {
  const ended = new Set(lines.filter((line) => line.event === "done").map((line) => line.id));
  return lines.filter((line) => line.event === "intent").filter((line) => !ended.has(line.id));
}

/** The intents after which `active` was switched, in order. */
export function activations({ lines }: PromotionLog): Intent[] {
  const dones = lines.filter((line) => line.event === "done");
  const switched = new Set(dones.filter((line) => line.switched).map((line) => line.id));
  return lines.filter((line) => line.event === "intent").filter((line) => switched.has(line.id));
}

/** The last switch, if the lake's readers are to follow it and are not known to have done so. */
export function unfollowedSwitch(promotions: PromotionLog): Intent | undefined {
  const last = activations(promotions).at(-1);
  const isFollowed = promotions.lines.some((line) => line.event === "followed" && line.id === last?.id);
  return last?.to_follow === true && !isFollowed ? last : undefined;
}

/** Records that the lake's readers show run `runId`, if the last switch was to it and still needs that. */
export async function recordFollowed(lake: string, runId: string, log: Logger): Promise<void> {
  const open = async () => {
    const last = unfollowedSwitch(await readPromotions(lake));
    return last?.run_id === runId ? last.id : undefined;
  };
  if ((await open()) === undefined) return;
  const record = async () => {
    const id = await open();
    if (id !== undefined) await append(lake, { event: "followed", id, time: now() });
  };
  const waiting = waitAloud(WAIT_MS, log);
  await withLockAfter(promotionLockPath(lake), "recording a switch", waiting, record);
}

/**
 * Completes what an interrupted process began: each intent without an end gets one, `switched` if the link points to
 * its run. Call it under the promotion lock, before anything else is written. Returns the intents that had been
 * switched.
 */
export async function settlePromotions(lake: string, log: Logger): Promise<Intent[]> {
  const promotions = await readPromotions(lake);
  if (promotions.torn !== undefined) log.warn(`${lakePaths(lake).promotions}: dropped a torn last line`);
  const active = namedRun(await readActive(lake));
  const finished: Intent[] = [];
  for (const open of openIntents(promotions)) {
    const switched = active === open.run_id;
    const what = switched ? "had been switched" : "had not been switched";
    log.warn(`settled an interrupted ${open.action} of run ${open.run_id}: active ${what}`);
    await append(lake, { event: "done", id: open.id, switched, settled: true, time: now() });
    if (switched) finished.push(open);
  }
  return finished;
}

/** Where a test can interrupt: after the line `intent`, after the link, after the line `done`. */
export type SwitchStep = "intent" | "link" | "done";

/** A switch of `active`; see the fields of {@link Intent}. */
export interface SwitchRequest {
  action: Intent["action"];
  runId: string;
  request?: string | undefined;
  toFollow?: boolean | undefined;
}

/**
 * Switches `active` to a run and logs it: `intent`, the link, `done`. Call it under the promotion lock, after {@link
 * settlePromotions}, once the run has been checked.
 */
export async function switchWithRecord(
  lake: string,
  { action, runId, request, toFollow }: SwitchRequest,
  afterStep: (step: SwitchStep) => void = () => {},
): Promise<void> {
  const previous = namedRun(await requireSwitchable(lake)) ?? null;
  const id = randomUUID();
  const manifest_sha256 = await manifestSha256(sealedDir(lake, runId));
  const what = { action, run_id: runId, previous, request, to_follow: toFollow, manifest_sha256 };
  await append(lake, { event: "intent", id, ...what, time: now() });
  afterStep("intent");
  await switchActive(lake, runId);
  afterStep("link");
  await append(lake, { event: "done", id, switched: true, settled: false, time: now() });
  afterStep("done");
}

const now = () => new Date().toISOString();

/** Appends a line and flushes it to disk; a torn last line is cut off first. */
async function append(lake: string, line: PromotionLine): Promise<void> {
  const path = lakePaths(lake).promotions;
  await makeDirectory(dirname(path));
  const file = await openToWrite(path, "append");
  try {
    const content = await file.readFile();
    const whole = content.lastIndexOf("\n") + 1;
    if (whole < content.length) await file.truncate(whole);
    await file.appendFile(`${JSON.stringify(line)}\n`);
    await file.sync();
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
  await syncPath(dirname(path));
}

function parseLine(text: string, place: string): PromotionLine {
  try {
    return promotionLine.parse(JSON.parse(text));
  } catch (error) {
    throw new ExpectedError(`${place} is not a promotion: correct that line or move it away`, {
      cause: error,
    });
  }
}
