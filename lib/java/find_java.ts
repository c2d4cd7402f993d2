import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { javaEnvironment } from "./java_environment.ts";

/** Keeps a JVM from leaving a directory in /tmp. */
export const NO_PERFORMANCE_DATA = "-XX:-UsePerfData";

/** A program's requirements for a JDK. */
export interface JavaNeed {
  program: string;
  /** The oldest feature release that it supports. */
  oldest: number;
  /** The programs of the JDK that it uses. */
  tools: readonly string[];
  /** Environment variable whose JDK is used or refused. */
  variable?: string;
  /** Commands that install such a JDK. */
  install: { debian: string; macos: string; windows: string };
}

/** A JDK: its directory and major version. */
export interface Java {
  home: string;
  /** Feature release, e.g. 25. */
  version: number;
}

/** Where systems and version managers install JDKs: each entry of the directory, with the suffix. */
const SYSTEM_PLACES = [
  { directory: "/usr/lib/jvm", suffix: "" },
  { directory: "/usr/java", suffix: "" },
  { directory: "/opt/java", suffix: "" },
  { directory: "/Library/Java/JavaVirtualMachines", suffix: "Contents/Home" },
  { directory: "/opt/homebrew/opt", suffix: "libexec/openjdk.jdk/Contents/Home" },
  { directory: "/usr/local/opt", suffix: "libexec/openjdk.jdk/Contents/Home" },
] as const;

/** A searched place: the JDK there, or what is wrong with it. */
interface Candidate {
  where: string;
  found: Java | string;
}

/**
 * Finds a JDK for a program: that of its own variable, which is used or refused; else JAVA_HOME, the `java` on PATH, or the
 * oldest sufficient JDK in the system's usual places.
 * @throws ExpectedError with every searched place and what it has
 */
export function findJava(
  need: JavaNeed,
  env: NodeJS.ProcessEnv,
  places = SYSTEM_PLACES as readonly Place[],
): Java {
  const [chosen] = need.variable === undefined ? [] : fromVariable(need.variable, need, env);
  if (chosen !== undefined) return requireJava(chosen, need);
  const named = [...fromVariable("JAVA_HOME", need, env), ...fromPath(need, env)];
  const installed = places.flatMap((place) => jdksIn(place, need));
  const oldestFirst = [...installed].sort((a, b) => versionOf(a) - versionOf(b));
  const usable = [...named, ...oldestFirst].find(isUsable);
  if (usable !== undefined) return requireJava(usable, need);
  throw new ExpectedError(missingMessage(need, [...named, ...installed], places));
}

interface Place {
  directory: string;
  suffix: string;
}

function jdksIn({ directory, suffix }: Place, need: JavaNeed): Candidate[] {
  const homes = namesIn(directory).map((name) => join(directory, name, suffix));
  const real = new Set(homes.filter((home) => existsSync(join(home, "release"))).map((h) => realpathSync(h)));
  return [...real].map((home) => candidate("", home, need));
}

function fromVariable(name: string, need: JavaNeed, env: NodeJS.ProcessEnv): Candidate[] {
  const home = env[name];
  return home === undefined || home === "" ? [] : [candidate(name, resolve(home), need)];
}

function fromPath(need: JavaNeed, env: NodeJS.ProcessEnv): Candidate[] {
  const command = (env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "java"))
    .find((path) => existsSync(path));
  if (command === undefined) return [];
  const linked = dirname(dirname(realpathSync(command)));
  const home = releaseVersion(linked) === undefined ? (homeOf(command, env) ?? linked) : linked;
  return [candidate("java on PATH", home, need)];
}

/** The home reported by a `java` itself: if it is a version manager's script, the file system can't tell. */
function homeOf(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const args = [NO_PERFORMANCE_DATA, "-XshowSettings:properties", "-version"];
  const { stderr } = spawnSync(command, args, { env: javaEnvironment(env), encoding: "utf8" });
  return /^ *java\.home = (.+)$/m.exec(stderr ?? "")?.[1];
}

/** Examines a JDK by its `release` file, without starting it. */
function candidate(label: string, home: string, { oldest, tools }: JavaNeed): Candidate {
  const where = label === "" ? home : `${label}=${home}`;
  const version = releaseVersion(home);
  if (version === undefined) return { where, found: "no JDK" };
  if (version < oldest) return { where, found: `Java ${version}` };
  const missing = tools.map((tool) => `bin/${tool}`).find((tool) => !existsSync(join(home, tool)));
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

const installCommands = ({ install: { debian, macos, windows } }: JavaNeed) =>
  `install one (Debian: ${debian}; macOS: ${macos}; Windows: ${windows})`;

const needs = ({ program, oldest }: JavaNeed) => `${program} needs a JDK of version ${oldest} or newer`;

function requireJava({ where, found }: Candidate, need: JavaNeed): Java {
  if (typeof found !== "string") return found;
  throw new ExpectedError(`${needs(need)}, but ${where} is ${found}; ${installCommands(need)}`);
}

function missingMessage(need: JavaNeed, seen: readonly Candidate[], places: readonly Place[]): string {
  const list = seen.map(({ where, found }) => `${where} (${String(found)})`).join(", ");
  const variables = need.variable === undefined ? ["JAVA_HOME"] : [need.variable, "JAVA_HOME"];
  const looked = places.map(({ directory }) => directory).join(", ");
  return (
    `${needs(need)}, and none was found: ${installCommands(need)}, or set ${variables[0]}; searched ` +
    `${variables.join(", ")}, PATH and ${looked}; found ${list === "" ? "nothing" : list}`
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
