import { join } from "node:path";
import { findJava, type JavaNeed } from "../java/find_java.ts";

/** The Java release that the engine's classes are compiled for. */
export const DIGDAG_RELEASE = 17;

/** What Digdag needs; `javac` only to compile the engine's classes, once. */
export const DIGDAG_JAVA: JavaNeed = {
  program: "Digdag",
  oldest: DIGDAG_RELEASE,
  tools: ["java", "javac"],
  install: {
    debian: "sudo apt install default-jdk-headless",
    macos: "brew install openjdk@17",
    windows: "winget install EclipseAdoptium.Temurin.17.JDK",
  },
};

/** The `java` that runs Digdag, from the JDK that {@link findJava} finds. */
export const digdagJava = (env: NodeJS.ProcessEnv): string => tool("java", env);

/** The `javac` of the same JDK, for the engine's classes. */
export const digdagCompiler = (env: NodeJS.ProcessEnv): string => tool("javac", env);

function tool(name: string, env: NodeJS.ProcessEnv): string {
  return join(findJava(DIGDAG_JAVA, env).home, "bin", name);
}
