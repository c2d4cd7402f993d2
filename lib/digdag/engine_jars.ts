import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { downloadFromMaven } from "../download/maven_central.ts";
import type { PinnedFile } from "../download/pinned_file.ts";
import { hashFile } from "../files/files.ts";

/** Name of the list of the engine's jars, in the order of its class path. */
export const JAR_LIST = "jars.txt";

/** A line of the list: a jar's path in the Maven repository, and its hash and size unless it is new. */
export type ListedJar = PinnedFile | { path: string };

const LINE = /^(?:([0-9a-f]{64}) +(\d+) +)?((?:[\w.-]+\/)+[\w.-]+\.jar)$/;

/** The lines of a list, `<sha256> <bytes> <path>` each, or the path alone. ExpectedError for anything else. */
export function parseJarList(text: string, file: string): ListedJar[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [, sha256, bytes, path = ""] = LINE.exec(line) ?? [];
    if (path === "") throw new ExpectedError(`${file}: "${line}" is not <sha256> <bytes> <path>.jar`);
    return sha256 === undefined ? { path } : { path, sha256, bytes: Number(bytes) };
  });
}

/** Formats the list: see {@link parseJarList}. */
export function renderJarList(jars: readonly PinnedFile[]): string {
  return jars.map(({ sha256, bytes, path }) => `${sha256} ${String(bytes).padStart(8)} ${path}\n`).join("");
}

/** The engine's jars, all of which must be pinned. */
export async function readJarList(file: string): Promise<PinnedFile[]> {
  return parseJarList(await readFile(file, "utf8"), file).map((jar) => {
    if ("sha256" in jar) return jar;
    throw new ExpectedError(`${file}: ${jar.path} has no sha256; run bin/lake pin_engine_jars`);
  });
}

/** The version of Digdag in a list. */
export async function digdagVersion(file: string): Promise<string> {
  const jar = (await readJarList(file)).find(({ path }) => path.includes("/digdag-cli/"));
  if (jar === undefined) throw new ExpectedError(`${file}: has no digdag-cli`);
  return basename(dirname(jar.path));
}

/** The path of a jar; different versions have different file names. */
export const jarPlace = (directory: string, { path }: PinnedFile): string => join(directory, basename(path));

/** The jars that are not in the directory yet. */
export function missingJars(directory: string, jars: readonly PinnedFile[]): PinnedFile[] {
  return jars.filter((jar) => !existsSync(jarPlace(directory, jar)));
}

/** Downloads jars into the directory, verifying each before it gets its name. The caller holds the lock. */
export async function downloadJars(
  directory: string,
  jars: readonly PinnedFile[],
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<void> {
  for (const jar of jars) await downloadFromMaven(jar, jarPlace(directory, jar), env, log);
}

/** Compares the jars in the directory with their hashes. The ExpectedError names the first that differs. */
export async function verifyJars(directory: string, jars: readonly PinnedFile[]): Promise<void> {
  for (const jar of jars) {
    const place = jarPlace(directory, jar);
    const { sha256 } = await hashFile(place);
    if (sha256 === jar.sha256) continue;
    throw new ExpectedError(
      `Digdag's engine is damaged: ${place} has sha256 ${sha256}, but ${JAR_LIST} has ${jar.sha256}; remove the file`,
    );
  }
}
