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

export interface PromoteOptions {
  /** Only check and say what would be done; nothing is written. */
  dryRun?: boolean;
  /** Let a run of the Python original (without a manifest) be promoted. */
  allowUnsealed?: boolean;
  /** Let a run of an older month than the active one's be promoted. */
  allowOlder?: boolean;
  /** What is known of the run's manifest besides promotions.jsonl, e.g. by the registry. */
  recorded?: readonly RecordedManifest[];
  log?: Logger;
  /** Called after each step of the switch: where a test interrupts. */
  afterStep?: (step: SwitchStep) => void;
}

export interface PromoteResult {
  outcome: "promoted" | "already active" | "would be promoted";
  /** The run that was active before; undefined when there was none. */
  previous: string | undefined;
}

/**
 * Makes a run the active one. Refuses (ExpectedError or CheckFailedError) what {@link assertPromotable} refuses, a
 * run of an older month than the active one's, a lake whose `active` is not a link, and a second process at the same
 * time. Where the run is active already and no
 * earlier switch was interrupted, nothing is written.
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
      log.warn(`active leads to ${active.target}, which is no run of this lake; it is replaced`);
    }
    await assertPromotable(lake, runId, options);
    await switchWithRecord(lake, { action: "promote", runId }, options.afterStep);
    return { outcome: "promoted", previous: namedRun(active) };
  };
  return namingActive(lake, previous, () =>
    withLock(promotionLockPath(lake), `promoting run ${runId}`, switching),
  );
}
