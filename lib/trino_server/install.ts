import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { downloadFromMaven } from "../download/maven_central.ts";
import type { PinnedFile } from "../download/pinned_file.ts";
import { cacheDirectory } from "../files/cache_directory.ts";
import { makeDirectory, namesIn, removeTree, syncTree } from "../files/files.ts";
import { TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import type { Java } from "../java/find_java.ts";
import { hivePlugin, serverCore, TRINO_VERSION } from "./pins.ts";

/** How long an installer waits for another. */
const WAIT_MS = 30 * 60_000;

/** The installation directory: outside of any checkout, named after the pinned versions. */
export function trinoHome(env: NodeJS.ProcessEnv): string {
  const pins = createHash("sha256").update(serverCore.sha256).update(hivePlugin.sha256).digest("hex");
  return join(trinoCache(env), `${TRINO_VERSION}-${pins.slice(0, 12)}`);
}

/**
 * Installs Trino if it is missing: downloads the two pinned archives (452 MB, removed afterwards), unpacks the needed part (354
 * MB) next to the destination and renames it into place. Of concurrent installers, one works and the others wait. Returns the
 * home directory.
 */
export async function installTrino(env: NodeJS.ProcessEnv, java: Java, log: Logger): Promise<string> {
  const home = trinoHome(env);
  if (existsSync(home)) return home;
  await withLockAfter(`${home}.lock`, "installing Trino", waitAloud(WAIT_MS, log), async () => {
    if (!existsSync(home)) await install(env, java, home, log);
  });
  return home;
}

async function install(env: NodeJS.ProcessEnv, java: Java, home: string, log: Logger): Promise<void> {
  await removeLeftovers(env, home);
  const temporary = join(trinoCache(env), temporaryName(basename(home)));
  const unpacked = join(temporary, "home");
  const plugins = join(unpacked, "plugin");
  await makeDirectory(plugins);
  log.info(`installing Trino ${TRINO_VERSION} into ${home} (452 MB to download, once)`);
  const core = await archive(env, serverCore, log);
  const hive = await archive(env, hivePlugin, log);
  const top = `trino-server-core-${TRINO_VERSION}`;
  runTool("tar", ["-xzf", core, "-C", unpacked, "--strip-components=1", `${top}/lib`], plugins);
  runTool(join(java.home, "bin", "jar"), ["xf", hive], plugins);
  await rename(join(plugins, `trino-hive-${TRINO_VERSION}`), join(plugins, "hive"));
  await syncTree(unpacked);
  await rename(unpacked, home);
  await removeTree(temporary);
  await removeTree(downloads(env));
}

/** Removes leftovers of killed installers; holding the lock means that none is running. */
async function removeLeftovers(env: NodeJS.ProcessEnv, home: string): Promise<void> {
  for (const name of await namesIn(trinoCache(env))) {
    if (name.startsWith(`${TEMPORARY_PREFIX}${basename(home)}.`))
      await removeTree(join(trinoCache(env), name));
  }
}

/** The verified archive in the cache. */
async function archive(env: NodeJS.ProcessEnv, pin: PinnedFile, log: Logger): Promise<string> {
  const place = join(downloads(env), basename(pin.path));
  if (!existsSync(place)) await downloadFromMaven(pin, place, env, log);
  return place;
}

function runTool(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return;
  throw new ExpectedError(`${command} failed: ${error?.message ?? stderr.trim()}`, { cause: error });
}

/** The JVM's class cache for faster starts: one file per Trino and Java version, shared by all servers. */
export function classArchive(env: NodeJS.ProcessEnv, java: Java): string {
  return join(trinoCache(env), `${basename(trinoHome(env))}-java${java.version}.jsa`);
}

const downloads = (env: NodeJS.ProcessEnv) => join(trinoCache(env), "downloads");

const trinoCache = (env: NodeJS.ProcessEnv) => join(cacheDirectory(env), "trino");
