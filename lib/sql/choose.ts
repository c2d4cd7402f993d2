import { createLogger, type Logger } from "../cli/log.ts";
import { openEmbeddedEngine } from "./duckdb/open.ts";
import type { SessionLimits } from "./duckdb/session.ts";
import type { FileSchema, SqlEngine } from "./engine.ts";
import { trinoEngine } from "./trino/engine.ts";
import { trinoSettings, wantsTrino } from "./trino/settings.ts";

/** What decides which SQL engine is used, and its settings. */
export interface EngineContext {
  /** Default: the process's own. */
  env?: NodeJS.ProcessEnv;
  /** Gets the repetitions of statements; default: stderr. */
  log?: Logger;
  /** What the embedded engine has without its having been registered. */
  schemas?: readonly FileSchema[];
}

/**
 * The engine that queries of the lake run on: Trino when TRINO_URL is set, and then never another one; else the
 * embedded one. This is the one place where it is chosen. The caller closes it.
 */
export async function openEngine(
  lake: string,
  limits: SessionLimits = {},
  { env = process.env, log = createLogger(), schemas = [] }: EngineContext = {},
): Promise<SqlEngine> {
  if (wantsTrino(env)) return trinoEngine(lake, trinoSettings(env), log);
  return openEmbeddedEngine(lake, limits, schemas);
}
