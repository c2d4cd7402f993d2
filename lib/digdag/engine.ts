import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { PinnedFile } from "../download/pinned_file.ts";
import { cacheDirectory } from "../files/cache_directory.ts";
import {
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  textIfThere,
  writeFileAtomic,
} from "../files/files.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { compileClasses, hashTree } from "./engine_classes.ts";
import { downloadJars, JAR_LIST, jarPlace, missingJars, readJarList, verifyJars } from "./engine_jars.ts";
import { digdagCompiler } from "./java.ts";
import { engineSources } from "./places.ts";

const CLASSES = "classes";
const CLASSES_HASH = "classes.sha256";
/** How long a launcher waits for another that is installing the engine. */
const WAIT_MS = 20 * 60 * 1000;

/** The engine's sources, and the cache that it is installed in. */
export interface EnginePlaces {
  sources: string;
  cache: string;
}

/** The sources of this checkout and the cache of this user. */
export function enginePlaces(env: NodeJS.ProcessEnv): EnginePlaces {
  return { sources: engineSources, cache: cacheDirectory(env) };
}

/** The parts of an engine: its jars, shared with other versions, and its compiled classes. */
interface Engine {
  sources: string;
  home: string;
  jars: readonly PinnedFile[];
  jarDirectory: string;
  /** Named after the hash of the sources: different sources make a different engine. */
  installed: string;
}

/**
 * The class path of Digdag's engine. Installs missing parts first: downloads the listed jars and compiles the sources. Compares
 * every file with its hash each time, before any of it runs. ExpectedError when one differs, a download fails, or the sources do
 * not compile; nothing is installed then.
 */
export async function requireEngine(
  places: EnginePlaces,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<string> {
  if (places.cache.includes(delimiter)) {
    throw new ExpectedError(
      `${places.cache}: Java can't load classes below a directory with ${delimiter} in its name; set XDG_CACHE_HOME`,
    );
  }
  const engine = await describeEngine(places);
  if (!(await isInstalled(engine))) await installOnce(engine, env, log);
  await verifyJars(engine.jarDirectory, engine.jars);
  await verifyClasses(engine);
  const jars = engine.jars.map((jar) => jarPlace(engine.jarDirectory, jar));
  return [join(engine.installed, CLASSES), ...jars].join(delimiter);
}

async function describeEngine({ sources, cache }: EnginePlaces): Promise<Engine> {
  const home = join(cache, "digdag-engine");
  return {
    sources,
    home,
    jars: await readJarList(join(sources, JAR_LIST)),
    jarDirectory: join(home, "jars"),
    installed: join(home, await hashTree(sources)),
  };
}

async function isInstalled({ installed, jarDirectory, jars }: Engine): Promise<boolean> {
  return missingJars(jarDirectory, jars).length === 0 && (await kindOf(installed)) !== undefined;
}

async function verifyClasses({ installed }: Engine): Promise<void> {
  const expected = (await textIfThere(join(installed, CLASSES_HASH))).trim();
  const classes = join(installed, CLASSES);
  if ((await kindOf(classes)) === "directory" && (await hashTree(classes)) === expected) return;
  throw new ExpectedError(`Digdag's engine is damaged: ${classes} was changed; remove ${installed}`);
}

/** Installs under a lock: of several launchers, one works and the others wait. */
async function installOnce(engine: Engine, env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  const javac = digdagCompiler(env);
  await makeDirectory(engine.jarDirectory);
  const lock = join(engine.home, "install.lock");
  await withLockAfter(lock, "installing Digdag's engine", waitAloud(WAIT_MS, log), async () => {
    await removeLeftovers(engine);
    const missing = missingJars(engine.jarDirectory, engine.jars);
    if (missing.length > 0) log.info(announcement(missing, engine.jarDirectory));
    await downloadJars(engine.jarDirectory, missing, env, log);
    await verifyJars(engine.jarDirectory, engine.jars);
    if ((await kindOf(engine.installed)) === undefined) await installClasses(engine, javac);
  });
}

function announcement(jars: readonly PinnedFile[], directory: string): string {
  const megabytes = jars.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  return `installing Digdag's engine into ${directory} (${megabytes.toFixed(1)} MB to download, once)`;
}

/** Removes what killed installers left. Called with the lock held. */
async function removeLeftovers({ home }: Engine): Promise<void> {
  for (const name of await namesIn(home)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(home, name), { recursive: true });
  }
}

async function installClasses(engine: Engine, javac: string): Promise<void> {
  const temporary = join(engine.home, temporaryName("classes"));
  const classes = join(temporary, CLASSES);
  const jars = engine.jars.map((jar) => jarPlace(engine.jarDirectory, jar));
  try {
    await makeDirectory(classes);
    await compileClasses(javac, join(engine.sources, "src", "main"), classes, jars);
    await writeFileAtomic(join(temporary, CLASSES_HASH), `${await hashTree(classes)}\n`);
    await publishDirectory(temporary, engine.installed);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
