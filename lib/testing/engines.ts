import { openEngine } from "../sql/choose.ts";
import type { SqlEngine } from "../sql/engine.ts";

/** An engine that a test of portable SQL runs on. */
export interface TestEngine {
  name: string;
  /** Opens it on a lake; the caller closes it. */
  open(lake: string): Promise<SqlEngine>;
}

/** Every engine on which SQL that is meant for both has to give the same rows. */
export const testEngines: readonly TestEngine[] = [{ name: "duckdb", open: (lake) => openEngine(lake) }];
