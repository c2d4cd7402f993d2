import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { filesBelow } from "../files/files.ts";
import { NO_PERFORMANCE_DATA } from "../java/find_java.ts";
import { javaEnvironment } from "../java/java_environment.ts";
import { DIGDAG_RELEASE } from "./java.ts";

/** SHA-256 over names and contents of the files below a directory. */
export async function hashTree(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await filesBelow(directory)) {
    const content = await readFile(join(directory, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Compiles `java/` of the sources into a directory, and copies `resources/` there.
 * @throws ExpectedError with the compiler's first message
 */
export async function compileClasses(
  javac: string,
  sources: string,
  classes: string,
  jars: readonly string[],
): Promise<void> {
  const java = join(sources, "java");
  const files = (await filesBelow(java)).filter((name) => name.endsWith(".java"));
  const options = ["-encoding", "UTF-8", "--release", String(DIGDAG_RELEASE), "-proc:none", "-nowarn"];
  const args = [`-J${NO_PERFORMANCE_DATA}`, ...options, "-cp", jars.join(delimiter), "-d", classes];
  const { status, error, stdout, stderr } = spawnSync(javac, [...args, ...files], {
    cwd: java,
    env: javaEnvironment(process.env),
    encoding: "utf8",
  });
  if (status !== 0) {
    const output = `${stderr ?? ""}${stdout ?? ""}`.split("\n");
    const reason = error?.message ?? output.find((line) => line.includes("error:")) ?? output[0];
    throw new ExpectedError(`Digdag's engine could not be compiled (javac, exit ${status}): ${reason}`);
  }
  await cp(join(sources, "resources"), classes, { recursive: true });
}
