import { openEmbeddedEngine } from "./duckdb/open.ts";
import type { SessionLimits } from "./duckdb/session.ts";
import type { SqlEngine } from "./engine.ts";

/** The engine that queries of the lake run on: the one place where it is chosen. The caller closes it. */
export async function openEngine(lake: string, limits: SessionLimits = {}): Promise<SqlEngine> {
  return openEmbeddedEngine(lake, limits);
}
