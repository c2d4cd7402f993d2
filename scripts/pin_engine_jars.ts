import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { JAR_LIST } from "../lib/digdag/engine_jars.ts";
import { pinJars } from "../lib/digdag/pin_jars.ts";
import { engineSources } from "../lib/digdag/places.ts";

/** Compares the listed jars of the engine with Maven Central and adds missing hashes; if one differs, the list stays. */
export const main = defineCommand({
  name: "scripts/pin_engine_jars.ts",
  summary: "Updates the list of jars that make up Digdag's engine, with the sha256 and size of each.",
  description: [
    "The list is bin/digdag-engine/jars.txt, in class path order. To add or upgrade a jar, put its path in the Maven",
    "repository on a separate line and run this script. Downloads every jar from Maven Central, or from",
    "DISCOGS_MAVEN_MIRROR, and compares it with the published SHA-1 and the recorded sha256. If one differs, the list",
    "is left unchanged.",
  ].join("\n"),
  options: { list: { type: "file", summary: "use another list" } },
  examples: ["bin/lake pin_engine_jars"],
  async run({ options, env, log, print }) {
    const { list = join(engineSources, JAR_LIST) } = options;
    const added = await pinJars(list, env, log);
    for (const path of added) print(`pinned: ${path}`);
    print(`${list} is up to date`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
