import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { activations, openIntents, readPromotions } from "./promotions.ts";

/** The record of a run's manifest in `_meta/promotions.jsonl`, from its latest promotion or rollback. */
export async function promotedManifest(lake: string, runId: string): Promise<RecordedManifest[]> {
  const promotions = await readPromotions(lake);
  const switches = [...activations(promotions), ...openIntents(promotions)];
  const known = switches.filter((line) => line.run_id === runId && line.manifest_sha256 !== undefined).at(-1);
  if (known?.manifest_sha256 === undefined) return [];
  return [{ sha256: known.manifest_sha256, where: `promotions.jsonl, ${known.time}` }];
}
