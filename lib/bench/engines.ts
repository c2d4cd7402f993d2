import type { Logger } from "../cli/log.ts";
import type { OptionSpecs } from "../cli/options.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { type TrinoEngine, trinoEngine } from "../sql/trino/engine.ts";
import { trinoSettings } from "../sql/trino/settings.ts";
import { trinoDown, trinoUp } from "../trino_server/server.ts";

/** The option that selects the engines to measure. */
export const engineOption = {
  engine: {
    type: "string",
    choices: ["both", "duckdb", "trino"],
    default: "both",
    summary: "the engine to measure",
  },
} as const satisfies OptionSpecs;

/** Runs work on the embedded engine. */
export async function onEmbedded<T>(lake: string, work: (engine: SqlEngine) => Promise<T>): Promise<T> {
  const engine = await openEmbeddedEngine(lake);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** Runs work on a Trino started for it, with a heap of this many MB. */
export async function onTrino<T>(
  { lake, log, memoryMb }: { lake: string; log: Logger; memoryMb: number },
  work: (engine: TrinoEngine, server: { pid: number }) => Promise<T>,
): Promise<T> {
  const { url, pid } = await trinoUp({ lake, env: process.env, log, memoryMb });
  try {
    return await work(trinoEngine(lake, trinoSettings({ TRINO_URL: url }), log), { pid });
  } finally {
    await trinoDown(lake, log);
  }
}
