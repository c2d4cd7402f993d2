import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { canonicalDatasets } from "../datasets/index.ts";
import { withLock } from "../files/lock.ts";
import { lakePaths, promotionLockPath } from "../files/paths.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { type ActiveState, namedRun, requireSwitchable } from "./active.ts";
import { assertPromotable, missingDirectories, requireFinishedRun, verifiedRun } from "./promotable.ts";
import {
  activations,
  type Intent,
  openIntents,
  type PromotionLog,
  readPromotions,
  type SwitchStep,
  settlePromotions,
  switchWithRecord,
} from "./promotions.ts";
import { namingActive } from "./switch_state.ts";

/** What every run has, those of the Python original too. */
const canonical = canonicalDatasets.filter(({ required }) => required).map(({ directory }) => directory);

export interface RollbackOptions {
  /** The run to go back to; else the one that was active before the current one was promoted first. */
  to?: string | undefined;
  /**
   * What asks for it, e.g. a workflow's session. When the newest switch on record is a rollback that the same request
   * asked for, it is done already, and repeating it does not walk further back.
   */
  request?: string | undefined;
  /** Only check and say what would be done; nothing is written. */
  dryRun?: boolean;
  /** What is known of the run's manifest besides promotions.jsonl, e.g. by the registry. */
  recorded?: readonly RecordedManifest[];
  log?: Logger;
  /** Called after each step of the switch: where a test interrupts. */
  afterStep?: (step: SwitchStep) => void;
}

export interface RollbackResult {
  outcome: "rolled back" | "already active" | "would be rolled back";
  from: string | undefined;
  to: string;
}

/**
 * Goes back to the run that was active before the current one's first activation, so that repeating it walks further
 * back, or to a named run. The run must be there and verify. ExpectedError when no such run is known.
 */
export async function rollback(lake: string, options: RollbackOptions = {}): Promise<RollbackResult> {
  const { log = silentLogger, dryRun = false } = options;
  if (dryRun) {
    const { from, to } = await plan(lake, options);
    if (from === to) return { outcome: "already active", from, to };
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
    await assertGoodTarget(lake, to, options);
    await switchWithRecord(
      lake,
      { action: "rollback", runId: to, request: options.request },
      options.afterStep,
    );
    return { outcome: "rolled back", from, to };
  };
  const before = namedRun(await requireSwitchable(lake));
  return namingActive(lake, before, () => withLock(promotionLockPath(lake), "rolling back", switching));
}

/** Whether an interrupted switch, which is settled now, is the one that is asked for again. */
function isWanted(intent: Intent, { to, request }: RollbackOptions): boolean {
  const isSame = request === undefined || intent.request === undefined || intent.request === request;
  return intent.action === "rollback" && isSame && (to === undefined || to === intent.run_id);
}

/**
 * The run that {@link rollback} would make the active one, without a look at it: the present one where that is what an
 * interrupted rollback has got to. ExpectedError when no such run is known.
 */
export async function rollbackTarget(
  lake: string,
  options: Pick<RollbackOptions, "to" | "request"> = {},
): Promise<string> {
  return (await plan(lake, options)).to;
}

async function plan(lake: string, options: RollbackOptions) {
  const { to, request } = options;
  const active = await requireSwitchable(lake);
  const from = namedRun(active);
  const promotions = await readPromotions(lake);
  const interrupted = openIntents(promotions).find((intent) => isWanted(intent, options));
  if (interrupted !== undefined && interrupted.run_id === from) return { from, to: from };
  const last = activations(promotions).at(-1);
  const isRepeated = request !== undefined && last?.action === "rollback" && last.request === request;
  if (isRepeated && last.run_id === from) return { from, to: from };
  return { from, to: to ?? runBefore(lake, active, promotions) };
}

function runBefore(lake: string, active: ActiveState, promotions: PromotionLog): string {
  const current = namedRun(active);
  if (current === undefined) {
    throw new ExpectedError(`${lakePaths(lake).active} names no run of this lake: say --to RUN_ID`);
  }
  // While an interrupted switch is not settled, it counts if the link shows that it happened.
  const switches = [...activations(promotions), ...openIntents(promotions)];
  const first = switches.find((activation) => activation.run_id === current);
  if (first === undefined) {
    throw new ExpectedError(`no promotion of the active run ${current} is on record: say --to RUN_ID`);
  }
  if (first.previous === null) {
    throw new ExpectedError(`no run was active before ${current}: say --to RUN_ID to choose another`);
  }
  return first.previous;
}

/**
 * A run that was active before only has to be whole (one of the Python original has no hashes to compare, and perhaps no warehouse); any other
 * must be fit to be promoted.
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
  const missing = await missingDirectories(run.dir, canonical);
  if (missing.length > 0) throw new CheckFailedError(`run ${runId} lacks datasets: ${missing.join(", ")}`);
  log.warn(`run ${runId} has no manifest: its files are not verified`);
}

async function wasActive(lake: string, runId: string): Promise<boolean> {
  const history = activations(await readPromotions(lake));
  return history.some((activation) => activation.run_id === runId || activation.previous === runId);
}
