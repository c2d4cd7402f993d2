import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { MIN_JAVA } from "./pins.ts";

export interface Java {
  home: string;
  /** Feature release, e.g. 25. */
  version: number;
}

/** Where systems and version managers keep JDKs: each entry of the directory, with the suffix, is one. */
const SYSTEM_PLACES = [
  { directory: "/usr/lib/jvm", suffix: "" },
  { directory: "/usr/java", suffix: "" },
  { directory: "/opt/java", suffix: "" },
  { directory: "/Library/Java/JavaVirtualMachines", suffix: "Contents/Home" },
  { directory: "/opt/homebrew/opt", suffix: "libexec/openjdk.jdk/Contents/Home" },
  { directory: "/usr/local/opt", suffix: "libexec/openjdk.jdk/Contents/Home" },
] as const;

/** A place that was looked at: what is there, or what is wrong with it. */
interface Candidate {
  where: string;
  found: Java | string;
}

/**
 * A JDK that Trino runs on: TRINO_JAVA_HOME, which is taken or refused; else JAVA_HOME, the `java` on PATH, and where
 * systems keep JDKs, of which the oldest that is new enough. ExpectedError with every place it looked at and what is
 * there.
 */
export function findJava(env: NodeJS.ProcessEnv, places = SYSTEM_PLACES as readonly Place[]): Java {
  const chosen = env.TRINO_JAVA_HOME;
  if (chosen !== undefined && chosen !== "") return requireJava(candidate("TRINO_JAVA_HOME", chosen));
  const named = [...fromVariable("JAVA_HOME", env), ...fromPath(env)];
  const installed = places.flatMap(jdksIn);
  const oldestFirst = [...installed].sort((a, b) => versionOf(a) - versionOf(b));
  const usable = [...named, ...oldestFirst].find(isUsable);
  if (usable !== undefined) return requireJava(usable);
  throw new ExpectedError(missingMessage([...named, ...installed], places));
}

interface Place {
  directory: string;
  suffix: string;
}

function jdksIn({ directory, suffix }: Place): Candidate[] {
  const homes = namesIn(directory).map((name) => join(directory, name, suffix));
  const real = new Set(homes.filter((home) => existsSync(join(home, "release"))).map((h) => realpathSync(h)));
  return [...real].map((home) => candidate("", home));
}

function fromVariable(name: string, env: NodeJS.ProcessEnv): Candidate[] {
  const home = env[name];
  return home === undefined || home === "" ? [] : [candidate(name, home)];
}

function fromPath(env: NodeJS.ProcessEnv): Candidate[] {
  const command = (env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "java"))
    .find((path) => existsSync(path));
  return command === undefined ? [] : [candidate("java on PATH", dirname(dirname(realpathSync(command))))];
}

/** Looks at one JDK by its `release` file, without starting it. */
function candidate(label: string, home: string): Candidate {
  const where = label === "" ? home : `${label}=${home}`;
  const version = releaseVersion(home);
  if (version === undefined) return { where, found: "no JDK" };
  if (version < MIN_JAVA) return { where, found: `Java ${version}` };
  const missing = ["bin/java", "bin/jar"].find((tool) => !existsSync(join(home, tool)));
  return { where, found: missing === undefined ? { home, version } : `Java ${version}, but no ${missing}` };
}

function releaseVersion(home: string): number | undefined {
  try {
    const match = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(readFileSync(join(home, "release"), "utf8"));
    return match === null ? undefined : Number(match[1]);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

const isUsable = ({ found }: Candidate) => typeof found !== "string";
const versionOf = ({ found }: Candidate) => (typeof found === "string" ? 0 : found.version);

function requireJava({ where, found }: Candidate): Java {
  if (typeof found !== "string") return found;
  throw new ExpectedError(`Trino needs a JDK of version ${MIN_JAVA} or newer, but ${where} is: ${found}`);
}

function missingMessage(seen: readonly Candidate[], places: readonly Place[]): string {
  const list = seen.map(({ where, found }) => `${where} (${String(found)})`).join(", ");
  const looked = places.map(({ directory }) => directory).join(", ");
  return (
    `Trino needs a JDK of version ${MIN_JAVA} or newer, and there is none: install one or set TRINO_JAVA_HOME; ` +
    `looked at TRINO_JAVA_HOME, JAVA_HOME, PATH and in ${looked}; found ${list === "" ? "nothing" : list}`
  );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
