import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";

const OLDEST_JAVA = 17;

/** Keeps the JVM from leaving a directory in /tmp. */
export const NO_PERFORMANCE_DATA = "-XX:-UsePerfData";

/** The `java` to start Digdag with: the one of JAVA_HOME, or of the PATH. ExpectedError when absent or too old. */
export function requireJava(env: NodeJS.ProcessEnv): string {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, "bin", "java") : "java";
  const version = firstOutput(java, [NO_PERFORMANCE_DATA, "-version"], env);
  if (version === undefined) {
    const where = env.JAVA_HOME ? `there is no ${java} (JAVA_HOME)` : "java is not on the PATH";
    throw new ExpectedError(`Digdag needs a JDK ${OLDEST_JAVA} or newer, but ${where}`);
  }
  const major = Number(/version "(\d+)/.exec(version)?.[1] ?? 0);
  if (major < OLDEST_JAVA) {
    throw new ExpectedError(`Digdag needs a JDK ${OLDEST_JAVA} or newer; set JAVA_HOME to one (${version})`);
  }
  return java;
}

/** ExpectedError when Maven, which builds the engine, does not run. */
export function requireMaven(env: NodeJS.ProcessEnv): void {
  if (firstOutput("mvn", ["-version"], mavenEnvironment(env)) === undefined) {
    throw new ExpectedError(
      "Digdag's engine is built on first use with Maven, but mvn is not on the PATH: install it, or set DIGDAG to " +
        "a digdag program",
    );
  }
}

/** The environment for Maven, in which its JVM leaves nothing in /tmp. */
export function mavenEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, MAVEN_OPTS: `${env.MAVEN_OPTS ?? ""} ${NO_PERFORMANCE_DATA}`.trim() };
}

/** First line that the program prints; undefined when it can't be started or fails. */
function firstOutput(program: string, args: string[], env: NodeJS.ProcessEnv): string | undefined {
  const result = spawnSync(program, args, { env, encoding: "utf8" });
  if (result.error !== undefined || result.status !== 0) return undefined;
  return `${result.stdout}${result.stderr}`.split("\n").find((line) => line.trim() !== "" && !isNotice(line));
}

/** What the JVM prints of its own accord when options come from the environment. */
function isNotice(line: string): boolean {
  return line.startsWith("Picked up ") || line.startsWith("NOTE: Picked up ");
}
