import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { JAR_LIST } from "../lib/digdag/engine_jars.ts";
import { pinJars } from "../lib/digdag/pin_jars.ts";
import { engineSources } from "../lib/digdag/places.ts";

export const main = defineCommand({
  name: "scripts/pin_engine_jars.ts",
  summary: "Renews the list of the jars that make up Digdag's engine, with the sha256 and size of each.",
  description: `The list is bin/digdag-engine/jars.txt, in the order of the class path. To add a jar or change its version, write
its path in Maven's repository as a line of its own and run this. Every jar is fetched from Maven Central, or from
DISCOGS_MAVEN_MIRROR, and compared with the published SHA-1 and with the sha256 on record; if one differs, the list
is not changed.`,
  options: { list: { type: "path", value: "FILE", summary: "the list, if another one" } },
  examples: ["npx tsx scripts/pin_engine_jars.ts"],
  async run({ options, env, log, print }) {
    const { list = join(engineSources, JAR_LIST) } = options;
    const added = await pinJars(list, env, log);
    for (const path of added) print(`pinned: ${path}`);
    print(`${list} is up to date`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
