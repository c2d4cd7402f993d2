import { ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { canonicalDatasets } from "../datasets/index.ts";
import { withLock } from "../files/lock.ts";
import { lakePaths, promotionLockPath } from "../files/paths.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { type ActiveState, namedRun, requireSwitchable } from "./active.ts";
import { assertPromotable, requireDatasets, requireFinishedRun, verifiedRun } from "./promotable.ts";
import {
  activations,
  type Intent,
  openIntents,
  type PromotionLog,
  readPromotions,
  type SwitchStep,
  settlePromotions,
  switchWithRecord,
  unfollowedSwitch,
} from "./promotions.ts";
import { namingActive } from "./switch_state.ts";

/** How to name a run, in the script and in the workflow. */
const CHOICE = "--to RUN_ID (rollback.dig: -p rollback_run_id=RUN_ID)";
/** The datasets that every run has, including those of the Python original. */
const canonical = canonicalDatasets.filter(({ required }) => required).map(({ directory }) => directory);

/** Which run to return to, and who asks for it. */
export interface RollbackOptions {
  /** The run to go back to; by default the one that the active run replaced. */
  to?: string | undefined;
  /**
   * The run to go back from, by default whichever is active. If another one is by now, nothing is switched; and going back from
   * a run never completes an unfinished rollback to it.
   */
  from?: string | undefined;
  /**
   * Who asks for it, e.g. a workflow's session. If the newest switch on record is a rollback by the same request, it is
   * already done, and repeating it does not go further back.
   */
  request?: string | undefined;
  /** Whether the lake's readers follow. Until {@link recordFollowed}, a repeated rollback only completes this one. */
  toFollow?: boolean;
  /** Only check and report what would be done; nothing is written. */
  dryRun?: boolean;
  /** Records of the run's manifest besides promotions.jsonl, e.g. in the registry. */
  recorded?: readonly RecordedManifest[];
  log?: Logger;
  /** Called after each step of the switch, so that a test can interrupt. */
  afterStep?: (step: SwitchStep) => void;
}

/** The outcome of a rollback. */
export interface RollbackResult {
  outcome: "rolled back" | "already active" | "would be rolled back";
  from: string | undefined;
  to: string;
}

/**
 * Goes back to the run that the active one replaced, so that repeated rollbacks go further back, and never to a run that was
 * rolled back from; or to a named run. The run must exist and verify. ExpectedError when no such run is known, or the active
 * run is not the one to go back from.
 */
export async function rollback(lake: string, options: RollbackOptions = {}): Promise<RollbackResult> {
  const { log = silentLogger, dryRun = false } = options;
  if (dryRun) {
    const { from, to } = await plan(lake, options);
    if (from === to) return { outcome: "already active", from, to };
    refuseOther(from, options);
    await assertGoodTarget(lake, to, options);
    return { outcome: "would be rolled back", from, to };
  }
  const switching = async (): Promise<RollbackResult> => {
    const finished = (await settlePromotions(lake, log)).find((intent) => isWanted(intent, options));
    if (finished !== undefined) {
      return { outcome: "rolled back", from: finished.previous ?? undefined, to: finished.run_id };
    }
    const { from, to } = await plan(lake, options);
    if (from === to) return { outcome: "already active", from, to };
    refuseOther(from, options);
    await assertGoodTarget(lake, to, options);
    await switchWithRecord(
      lake,
      { action: "rollback", runId: to, request: options.request, toFollow: options.toFollow },
      options.afterStep,
    );
    return { outcome: "rolled back", from, to };
  };
  const before = namedRun(await requireSwitchable(lake));
  return namingActive(lake, before, () => withLock(promotionLockPath(lake), "rolling back", switching));
}

function refuseOther(active: string | undefined, { from }: RollbackOptions): void {
  if (from === undefined || from === active) return;
  throw new ExpectedError(
    `run ${active ?? "none"} was made active in the meantime, in place of ${from}: nothing was switched; see bin/lake status`,
  );
}

/** Whether an unfinished switch is the requested one. */
function isWanted(intent: Intent, { to, request }: RollbackOptions): boolean {
  const isSame = request === undefined || intent.request === undefined || intent.request === request;
  return intent.action === "rollback" && isSame && (to === undefined || to === intent.run_id);
}

/**
 * The run that {@link rollback} would activate, without checking it: the current run if an unfinished rollback already
 * switched to it. ExpectedError when no such run is known.
 */
export async function rollbackTarget(
  lake: string,
  options: Pick<RollbackOptions, "to" | "from" | "request"> = {},
): Promise<string> {
  return (await plan(lake, options)).to;
}

async function plan(lake: string, options: RollbackOptions) {
  const { to, request } = options;
  const active = await requireSwitchable(lake);
  const from = namedRun(active);
  const promotions = await readPromotions(lake);
  const unfinished = [...openIntents(promotions), unfollowedSwitch(promotions)];
  const begun = unfinished.find(
    (each) => each !== undefined && each.run_id === from && isWanted(each, options),
  );
  if (begun !== undefined && options.from === undefined) return { from, to: begun.run_id };
  const last = activations(promotions).at(-1);
  const isRepeated = request !== undefined && last?.action === "rollback" && last.request === request;
  if (isRepeated && last.run_id === from) return { from, to: from };
  return { from, to: to ?? runBefore(lake, active, promotions) };
}

function runBefore(lake: string, active: ActiveState, promotions: PromotionLog): string {
  const current = namedRun(active);
  if (current === undefined) {
    const what =
      active.kind === "missing" ? "no run is active" : `${lakePaths(lake).active} names no run of this lake`;
    throw new ExpectedError(`${what}: choose one with ${CHOICE}`);
  }
  const before = wayBack(promotions, current);
  if (before === undefined) {
    throw new ExpectedError(
      `no promotion of the active run ${current} is on record: choose a run with ${CHOICE}`,
    );
  }
  const last = before.at(-1);
  if (last === undefined) {
    throw new ExpectedError(`no run was active before ${current}: choose another with ${CHOICE}`);
  }
  return last;
}

/**
 * The runs to which rollbacks from the active run lead, the next one last, like the steps of an undo: a promotion adds the run
 * that it replaced, a rollback removes the runs that it goes back over. Undefined when no switch to the active run is on record.
 */
function wayBack(promotions: PromotionLog, current: string): string[] | undefined {
  // An interrupted switch that is not settled yet counts if the link shows that it happened.
  const open = openIntents(promotions).filter(({ run_id }) => run_id === current);
  const way: string[] = [];
  for (const { action, run_id, previous } of [...activations(promotions), ...open]) {
    // The link may have been changed by hand.
    if (previous !== null && previous !== way.at(-1)) way.push(previous);
    if (action === "rollback") {
      const at = way.lastIndexOf(run_id);
      way.splice(at < 0 ? -1 : at);
    }
    if (way.at(-1) !== run_id) way.push(run_id);
  }
  const at = way.lastIndexOf(current);
  return at < 0 ? undefined : way.slice(0, at);
}

/**
 * A run that was active before only has to be complete (one of the Python original has no hashes to compare, and
 * perhaps no warehouse); any other run must be promotable.
 */
async function assertGoodTarget(
  lake: string,
  runId: string,
  { recorded = [], log = silentLogger }: RollbackOptions,
): Promise<void> {
  const run = await requireFinishedRun(lake, runId);
  if (!(await wasActive(lake, runId))) return assertPromotable(lake, runId, { recorded, log });
  if (run.origin === "sealed") {
    await verifiedRun(lake, run, { recorded, log });
    return;
  }
  await requireDatasets(run, canonical);
  log.warn(`run ${runId} has no manifest: its files are not verified`);
}

async function wasActive(lake: string, runId: string): Promise<boolean> {
  const history = activations(await readPromotions(lake));
  return history.some((activation) => activation.run_id === runId || activation.previous === runId);
}
