import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { findJava, type JavaNeed, NO_PERFORMANCE_DATA } from "../java/find_java.ts";

const DIGDAG_JAVA: JavaNeed = { program: "Digdag", oldest: 17, tools: ["java"] };

/** The `java` that Digdag is started with, as {@link findJava} finds its JDK. */
export function digdagJava(env: NodeJS.ProcessEnv): string {
  return join(findJava(DIGDAG_JAVA, env).home, "bin", "java");
}

/** ExpectedError when Maven, which builds the engine, does not run. */
export function requireMaven(env: NodeJS.ProcessEnv): void {
  const { error, status } = spawnSync("mvn", ["-version"], { env: mavenEnvironment(env), stdio: "ignore" });
  if (error === undefined && status === 0) return;
  throw new ExpectedError(
    "Digdag's engine is built on first use with Maven, but mvn is not on the PATH: install it, or set DIGDAG to " +
      "a digdag program",
  );
}

/** The environment for Maven, which runs on the same JDK as Digdag and leaves nothing in /tmp. */
export function mavenEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { home } = findJava(DIGDAG_JAVA, env);
  return { ...env, JAVA_HOME: home, MAVEN_OPTS: `${env.MAVEN_OPTS ?? ""} ${NO_PERFORMANCE_DATA}`.trim() };
}
