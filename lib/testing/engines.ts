import { openEngineWithHistory } from "../history/open_history.ts";
import { openEngine } from "../sql/choose.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { startTestTrino } from "./trino.ts";

/** An engine prepared for one lake. */
export interface StartedEngine {
  /** The environment in which scripts and `openEngine` use it. */
  env: NodeJS.ProcessEnv;
  /** A session on it; the caller closes it. */
  open(): Promise<SqlEngine>;
  /** Stops what was started, after all sessions. */
  stop(): Promise<void>;
}

/** An engine for tests of portable SQL. */
export interface TestEngine {
  name: "duckdb" | "trino";
  /** Prepares it for a lake. For Trino this takes some ten seconds, so do it once per test file. */
  start(lake: string): Promise<StartedEngine>;
  /** The same, with a session; closing it stops what was started. */
  open(lake: string): Promise<SqlEngine>;
}

const embedded = testEngine("duckdb", async (lake) => ({
  env: {},
  open: () => openEngineWithHistory(lake, { threads: 1, memoryLimit: "500MB" }, { env: {} }),
  stop: async () => undefined,
}));

const trino = testEngine("trino", async (lake) => {
  const { url, stop } = await startTestTrino(lake);
  const env = { TRINO_URL: url };
  return { env, open: () => openEngine(lake, {}, { env }), stop };
});

/** The engines for tests of portable SQL: those in DISCOGS_TEST_ENGINES, by default `duckdb,trino`. */
export const testEngines: readonly TestEngine[] = chosenEngines(process.env);

function chosenEngines({ DISCOGS_TEST_ENGINES: text }: NodeJS.ProcessEnv): TestEngine[] {
  const all = [embedded, trino];
  if (text === undefined || text === "") return all;
  return text.split(",").map((name) => {
    const engine = all.find((known) => known.name === name.trim());
    if (engine !== undefined) return engine;
    throw new Error(`DISCOGS_TEST_ENGINES has "${name}", but may have only: duckdb, trino`);
  });
}

function testEngine(name: TestEngine["name"], start: TestEngine["start"]): TestEngine {
  return {
    name,
    start,
    async open(lake) {
      const started = await start(lake);
      const engine = await started.open();
      return {
        ...engine,
        async close() {
          await engine.close();
          await started.stop();
        },
      };
    },
  };
}
