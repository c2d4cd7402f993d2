import { type Logger, silentLogger } from "../cli/log.ts";
import { withLock } from "../files/lock.ts";
import { promotionLockPath } from "../files/paths.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { namedRun, requireSwitchable } from "./active.ts";
import { assertPromotable } from "./promotable.ts";
import { refuseOlderMonth } from "./promotion_order.ts";
import {
  openIntents,
  readPromotions,
  type SwitchStep,
  settlePromotions,
  switchWithRecord,
} from "./promotions.ts";
import { namingActive } from "./switch_state.ts";

/** Which refusals are overridden, and who asks for the promotion. */
export interface PromoteOptions {
  /** Only check and report what would be done; nothing is written. */
  dryRun?: boolean;
  /** Allow a run of the Python original (without a manifest). */
  allowUnsealed?: boolean;
  /** Allow a run of an older month than the active run's. */
  allowOlder?: boolean;
  /** Records of the run's manifest besides promotions.jsonl, e.g. in the registry. */
  recorded?: readonly RecordedManifest[];
  log?: Logger;
  /** Called after each step of the switch, so that a test can interrupt. */
  afterStep?: (step: SwitchStep) => void;
}

/** The outcome of a promotion. */
export interface PromoteResult {
  outcome: "promoted" | "already active" | "would be promoted";
  /** The previously active run; undefined when there was none. */
  previous: string | undefined;
}

/**
 * Makes a run the active one. Refuses (ExpectedError or CheckFailedError) whatever {@link assertPromotable} refuses, a
 * run of an older month than the active one's, a lake whose `active` is not a link, and a concurrent promotion. Writes
 * nothing when the run is already active and no earlier switch was interrupted.
 */
export async function promote(
  lake: string,
  runId: string,
  options: PromoteOptions = {},
): Promise<PromoteResult> {
  const { log = silentLogger } = options;
  const before = await requireSwitchable(lake);
  const previous = namedRun(before);
  const interrupted = openIntents(await readPromotions(lake)).length > 0;
  if (before.kind === "run" && before.runId === runId && !interrupted) {
    return { outcome: "already active", previous };
  }
  if (options.dryRun === true) {
    if (options.allowOlder !== true) refuseOlderMonth(runId, before);
    await assertPromotable(lake, runId, options);
    return { outcome: "would be promoted", previous };
  }
  const switching = async (): Promise<PromoteResult> => {
    await settlePromotions(lake, log);
    const active = await requireSwitchable(lake);
    if (active.kind === "run" && active.runId === runId)
      return { outcome: "already active", previous: runId };
    if (options.allowOlder !== true) refuseOlderMonth(runId, active);
    if (active.kind === "dangling" || active.kind === "elsewhere") {
      log.warn(`replacing active, which points to ${active.target}: that is not a run of this lake`);
    }
    await assertPromotable(lake, runId, options);
    await switchWithRecord(lake, { action: "promote", runId }, options.afterStep);
    return { outcome: "promoted", previous: namedRun(active) };
  };
  return namingActive(lake, previous, () =>
    withLock(promotionLockPath(lake), `promoting run ${runId}`, switching),
  );
}
