import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { filesBelow, hashFile, namesIn } from "../files/files.ts";

/** Name of the list of the runtime jars in the sources of the engine and in the installed engine. */
export const JAR_LIST = "jars.sha256";

/** SHA-256 over names and contents of the engine's sources: another hash is another engine. */
export async function hashSources(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await filesBelow(directory)).filter((each) => !each.startsWith("target/"))) {
    const content = await readFile(join(directory, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Compares the jars in `directory` with a list of lines `<sha256>  <name>`: exactly those must be there, each
 * with its hash. ExpectedError that names the first that differs.
 */
export async function verifyJars(directory: string, listFile: string): Promise<void> {
  const expected = parseList(await readFile(listFile, "utf8"), listFile);
  for (const name of await namesIn(directory)) {
    if (!expected.has(name)) throw new ExpectedError(`${join(directory, name)} is not in ${JAR_LIST}`);
  }
  const names = new Set(await namesIn(directory));
  for (const [name, sha256] of expected) {
    if (!names.has(name)) throw new ExpectedError(`${join(directory, name)} is missing`);
    const found = (await hashFile(join(directory, name))).sha256;
    if (found !== sha256) {
      throw new ExpectedError(`${join(directory, name)} has sha256 ${found}, but ${JAR_LIST} says ${sha256}`);
    }
  }
}

function parseList(text: string, file: string): Map<string, string> {
  const entries = text.split("\n").filter((line) => line !== "");
  return new Map(
    entries.map((line) => {
      const match = /^([0-9a-f]{64}) {2}(\S+\.jar)$/.exec(line);
      if (match === null) throw new ExpectedError(`${file}: "${line}" is not <sha256>  <name>.jar`);
      return [match[2] ?? "", match[1] ?? ""];
    }),
  );
}
