import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { cacheDirectory } from "../files/cache_directory.ts";
import { hashFile, kindOf, namesIn, publishDirectory } from "../files/files.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { withLockAfter } from "../files/waiting_lock.ts";
import { hashSources, JAR_LIST, verifyJars } from "./engine_files.ts";
import { mavenEnvironment, requireMaven } from "./java.ts";
import { engineSources } from "./places.ts";

const ENGINE_JAR = "digdag-engine.jar";
const ENGINE_JAR_HASH = `${ENGINE_JAR}.sha256`;
const LIBRARIES = "lib";
const BUILD_TIMEOUT_MS = 20 * 60 * 1000;

/** Where the engine's sources, its installation and Maven's repository are. */
export interface EnginePlaces {
  sources: string;
  cache: string;
}

export function enginePlaces(env: NodeJS.ProcessEnv): EnginePlaces {
  return { sources: engineSources, cache: cacheDirectory(env) };
}

/**
 * The class path of Digdag's engine, which is built first if the cache does not have the one of these sources.
 * Every jar is compared with the list of hashes each time, before anything of it runs. ExpectedError when a jar
 * differs, or the build fails; then nothing is installed.
 */
export async function requireEngine(
  places: EnginePlaces,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<string> {
  const engines = join(places.cache, "digdag-engine");
  const installed = join(engines, await hashSources(places.sources));
  if ((await kindOf(installed)) === undefined) await buildOnce(places, installed, env, log);
  await verifyInstalled(places, installed);
  return [join(installed, ENGINE_JAR), join(installed, LIBRARIES, "*")].join(":");
}

async function verifyInstalled(places: EnginePlaces, installed: string): Promise<void> {
  try {
    await verifyJars(join(installed, LIBRARIES), join(places.sources, JAR_LIST));
    const { sha256 } = await hashFile(join(installed, ENGINE_JAR));
    if ((await readFile(join(installed, ENGINE_JAR_HASH), "utf8")).trim() === sha256) return;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(`Digdag's engine is damaged: ${error.message}; remove ${installed}`, {
      cause: error,
    });
  }
  throw new ExpectedError(`Digdag's engine is damaged: ${join(installed, ENGINE_JAR)}; remove ${installed}`);
}

/** Builds under a lock, so that of several launchers one builds and the others wait for it. */
async function buildOnce(places: EnginePlaces, installed: string, env: NodeJS.ProcessEnv, log: Logger) {
  requireMaven(env);
  const engines = join(places.cache, "digdag-engine");
  await mkdir(engines, { recursive: true });
  const waiting = {
    timeout: BUILD_TIMEOUT_MS,
    onWait: () => log.info("another process builds Digdag's engine: waiting"),
  };
  await withLockAfter(join(engines, "build.lock"), "building Digdag's engine", waiting, async () => {
    if ((await kindOf(installed)) !== undefined) return;
    await removeLeftovers(engines);
    const workplace = join(engines, temporaryName("build"));
    try {
      await build(places, workplace, env, log);
      await publishDirectory(join(workplace, "installed"), installed);
    } finally {
      await rm(workplace, { recursive: true, force: true });
    }
  });
}

/** What killed builds left; only the holder of the lock gets here. */
async function removeLeftovers(engines: string): Promise<void> {
  for (const name of await namesIn(engines)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(engines, name), { recursive: true });
  }
}

async function build(places: EnginePlaces, workplace: string, env: NodeJS.ProcessEnv, log: Logger) {
  log.info(`building Digdag's engine (once; jars go to ${places.cache})`);
  await cp(places.sources, workplace, { recursive: true });
  await runMaven(workplace, join(places.cache, "m2"), env);
  const target = join(workplace, "target");
  const installed = join(workplace, "installed");
  await mkdir(installed);
  await rename(join(target, "lib"), join(installed, LIBRARIES));
  await rename(join(target, ENGINE_JAR), join(installed, ENGINE_JAR));
  await verifyJars(join(installed, LIBRARIES), join(places.sources, JAR_LIST));
  const { sha256 } = await hashFile(join(installed, ENGINE_JAR));
  await writeFile(join(installed, ENGINE_JAR_HASH), `${sha256}\n`);
}

async function runMaven(project: string, repository: string, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ["-B", "-q", "-ntp", `-Dmaven.repo.local=${repository}`, "-Dmaven.test.skip=true", "package"];
  const maven = spawn("mvn", args, {
    cwd: project,
    env: mavenEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const collect = (chunk: Buffer) => lines.push(...chunk.toString("utf8").split("\n"));
  maven.stdout.on("data", collect);
  maven.stderr.on("data", collect);
  const [status] = await once(maven, "close");
  if (status === 0) return;
  const reason = lines.find((line) => line.includes("[ERROR]")) ?? lines.find((line) => line !== "") ?? "";
  throw new ExpectedError(
    `Digdag's engine could not be built (mvn, exit ${status}): ${reason.replace(/^.*\[ERROR\]\s*/, "")}`,
  );
}
