import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { makeDirectory, removeTree, writeFileAtomic, writeJsonFile } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { processStart } from "../files/process_identity.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { findJava, type Java } from "../java/find_java.ts";
import { javaEnvironment } from "../java/java_environment.ts";
import { requireLakeDirectory } from "../lake/require_lake.ts";
import { CATALOG } from "../sql/engine.ts";
import { faultName } from "../sql/trino/faults.ts";
import { trinoUser } from "../sql/trino/settings.ts";
import { accessRules } from "./access_rules.ts";
import {
  accessControlProperties,
  catalogProperties,
  type S3Access,
  type ServerSettings,
  serverArguments,
  serverProperties,
} from "./config.ts";
import { classArchive, installTrino } from "./install.ts";
import { TRINO_JAVA } from "./pins.ts";
import { type TrinoPlaces, trinoPlaces } from "./places.ts";
import { freePort, isFree, isListening } from "./port.ts";
import { answers, scanOneFile } from "./readiness.ts";
import { lastError } from "./server_log.ts";
import { isAlive, liveState, readState, removeState, type ServerState, writeState } from "./state.ts";

/** How long a server may take to answer a scan, on a busy machine. */
const START_MS = 240_000;
const SCAN_MS = 20_000;
const ANSWER_MS = 10_000;
/** How long a server may take to stop before it is killed. */
const STOP_MS = 30_000;
const POLL_MS = 100;
const PORT_ATTEMPTS = 3;

/** Options for starting a local Trino server. */
export interface UpOptions {
  lake: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** Default: the previous port if free, else any free port. */
  port?: number | undefined;
  memoryMb: number;
  /** A store whose locations (`s3://...`) can be read besides the lake's directory. */
  s3?: S3Access | undefined;
}

/**
 * Starts the Trino of a lake unless it is up, and returns once it has scanned a file of the lake. Installs Trino if it is
 * missing. Waits for a server that another process is starting. Throws ExpectedError when there is no JDK, the server exits or
 * does not answer, or it is up on another port.
 */
export async function trinoUp(options: UpOptions): Promise<ServerState> {
  const { lake, env, log } = options;
  await requireLakeDirectory(lake);
  const places = trinoPlaces(lake);
  return withLockAfter(places.lock, "starting or stopping Trino", waitAloud(START_MS, log), async () => {
    const live = await liveState(places);
    if (live !== undefined) return adopt(places, live, options);
    const java = findJava(TRINO_JAVA, env);
    const home = await installTrino(env, java, log);
    return start(places, options, java, home);
  });
}

/**
 * Stops the Trino of a lake with SIGTERM, then SIGKILL; false when it was not up. Its record stays, so that `up` takes its port
 * again.
 */
export async function trinoDown(lake: string, log: Logger): Promise<boolean> {
  const places = trinoPlaces(lake);
  if ((await readState(places)) === undefined) return false;
  return withLockAfter(places.lock, "starting or stopping Trino", waitAloud(START_MS, log), async () => {
    const live = await liveState(places);
    if (live !== undefined) await stop(live, log);
    return live !== undefined;
  });
}

/** The running server of a lake, and whether it answers; undefined if there is none. */
export async function trinoStatus(lake: string): Promise<(ServerState & { answers: boolean }) | undefined> {
  const live = await liveState(trinoPlaces(lake));
  return live === undefined ? undefined : { ...live, answers: await answers(live.url, ANSWER_MS) };
}

async function adopt(places: TrinoPlaces, live: ServerState, options: UpOptions): Promise<ServerState> {
  const { port, log } = options;
  requireSameStore(places, options);
  if (port !== undefined && port !== live.port) {
    throw new ExpectedError(`Trino is up at ${live.url}, not on port ${port}: stop it first (down)`);
  }
  if (live.ready === undefined) {
    log.info(`Trino (pid ${live.pid}) is already starting`);
    return waitUntilReady(places, live);
  }
  if (await answers(live.url, ANSWER_MS)) return live;
  throw new ExpectedError(
    `Trino (pid ${live.pid}, ${live.url}) is up but does not answer: stop it first (down)`,
  );
}

/** Refuses a server that is up without the store that is asked for. */
function requireSameStore(places: TrinoPlaces, { lake, s3 }: UpOptions): void {
  if (s3 === undefined || readFileSync(catalogFile(places), "utf8") === catalogProperties(lake, s3)) return;
  throw new ExpectedError("Trino is up without S3, or with other settings of it: stop it first (down)");
}

const catalogFile = ({ catalogs }: TrinoPlaces) => join(catalogs, "hive.properties");

async function start(
  places: TrinoPlaces,
  options: UpOptions,
  java: Java,
  home: string,
): Promise<ServerState> {
  const { lake, env, log, memoryMb, s3 } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(places, options.port);
    const settings = { lake, home, port, memoryMb, s3, classArchive: classArchive(env, java) };
    const state = await launch(places, settings, java, options);
    log.info(`starting Trino on port ${port} (pid ${state.pid}, Java ${java.version}), log ${places.log}`);
    try {
      return await waitUntilReady(places, state);
    } catch (error) {
      if (isAlive(state)) await stop(state, log);
      await removeState(places);
      const taken = /address already in use/i.test(String(error));
      if (!taken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function choosePort(places: TrinoPlaces, wanted: number | undefined): Promise<number> {
  if (wanted === undefined) {
    const last = (await readState(places))?.port;
    return last !== undefined && (await isFree(last)) ? last : freePort();
  }
  if (await isFree(wanted)) return wanted;
  throw new ExpectedError(`port ${wanted} of 127.0.0.1 is in use: choose another one, or omit --port`);
}

/**
 * Writes the configuration and starts the process, which outlives this one; records its state at once, without which nobody
 * could stop it, or stops it.
 */
async function launch(
  places: TrinoPlaces,
  settings: ServerSettings,
  java: Java,
  { env, log: logger }: UpOptions,
): Promise<ServerState> {
  assertWritable(places.root);
  await writeFileAtomic(places.config, serverProperties(settings, places));
  await writeFileAtomic(catalogFile(places), catalogProperties(settings.lake, settings.s3));
  await writeFileAtomic(places.accessControl, accessControlProperties(places));
  await writeJsonFile(places.accessRules, accessRules(trinoUser(env), CATALOG));
  await removeTree(places.temporary);
  await makeDirectory(places.temporary);
  const log = openSync(places.log, "w");
  const child = spawn(join(java.home, "bin", "java"), serverArguments(settings, places), {
    cwd: places.root,
    detached: true,
    env: javaEnvironment(env),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  await once(child, "spawn");
  child.unref();
  const { pid = 0 } = child;
  const state = {
    pid,
    start: processStart(pid) ?? "",
    port: settings.port,
    url: `http://127.0.0.1:${settings.port}`,
    started: new Date().toISOString(),
  };
  try {
    await writeState(places, state);
  } catch (error) {
    await stop(state, logger);
    throw error;
  }
  return state;
}

async function waitUntilReady(places: TrinoPlaces, state: ServerState): Promise<ServerState> {
  const end = Date.parse(state.started) + START_MS;
  while (isAlive(state)) {
    try {
      if (await isListening(state.port)) {
        await scanOneFile(places, state.url, SCAN_MS);
        const ready = { ...state, ready: new Date().toISOString() };
        await writeState(places, ready);
        return ready;
      }
    } catch (error) {
      if (faultName(error) === "CATALOG_NOT_FOUND") throw noCatalog(places, state, error);
      if (!(error instanceof ExpectedError) || Date.now() > end) throw error;
    }
    if (Date.now() > end) {
      throw new ExpectedError(`Trino did not answer within ${START_MS / 1000} s: see ${places.log}`);
    }
    await sleep(POLL_MS);
  }
  throw new ExpectedError(`Trino exited while starting: ${lastError(places.log)} (log: ${places.log})`);
}

/** The server is up, and does not load catalogs later. */
function noCatalog(places: TrinoPlaces, { url }: ServerState, cause: unknown): ExpectedError {
  const text = `Trino at ${url} is up, but without the catalog hive of ${places.catalogs}`;
  return new ExpectedError(`${text}: ${lastError(places.log)} (log: ${places.log})`, { cause });
}

async function stop({ pid, start }: ServerState, log: Logger): Promise<void> {
  process.kill(pid, "SIGTERM");
  if (await hasEnded({ pid, start }, STOP_MS)) return;
  log.warn(`Trino (pid ${pid}) did not stop within ${STOP_MS / 1000} s: killing it`);
  process.kill(pid, "SIGKILL");
  if (!(await hasEnded({ pid, start }, STOP_MS)))
    throw new ExpectedError(`Trino (pid ${pid}) can't be killed`);
}

async function hasEnded(server: Pick<ServerState, "pid" | "start">, waitMs: number): Promise<boolean> {
  const end = Date.now() + waitMs;
  while (isAlive(server)) {
    if (Date.now() > end) return false;
    await sleep(POLL_MS);
  }
  return true;
}
