import { createLogger, type Logger } from "../cli/log.ts";
import { openEmbeddedEngine } from "./duckdb/open.ts";
import type { SessionLimits } from "./duckdb/session.ts";
import type { FileSchema, SqlEngine } from "./engine.ts";
import { trinoSettings, wantsTrino } from "./trino/settings.ts";

/** What determines the SQL engine and its settings. */
export interface EngineContext {
  /** Default: the environment of the process. */
  env?: NodeJS.ProcessEnv;
  /** Logs retries of statements; default: stderr. */
  log?: Logger;
  /** What the embedded engine has without its having been registered. */
  schemas?: readonly FileSchema[];
}

/**
 * Opens the engine for queries of the lake: Trino if TRINO_URL is set, without any fallback; else the embedded one. The only
 * place where the engine is chosen. The caller closes it.
 */
export async function openEngine(
  lake: string,
  limits: SessionLimits = {},
  { env = process.env, log = createLogger(), schemas = [] }: EngineContext = {},
): Promise<SqlEngine> {
  if (!wantsTrino(env)) return openEmbeddedEngine(lake, limits, schemas);
  // Trino's client is loaded only where it is needed.
  const { trinoEngine } = await import("./trino/engine.ts");
  return trinoEngine(lake, trinoSettings(env), log);
}
