import { type CommandContext, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { lakeOption } from "../lib/cli/options.ts";
import { s3Options } from "../lib/publish/s3_options.ts";
import type { S3Access } from "../lib/trino_server/config.ts";
import { trinoPlaces } from "../lib/trino_server/places.ts";
import { trinoDown, trinoStatus, trinoUp } from "../lib/trino_server/server.ts";
import { lastLines } from "../lib/trino_server/server_log.ts";

const options = {
  lake: lakeOption,
  port: { type: "integer", min: 1, max: 65535, summary: "port on 127.0.0.1 (up; default: a free one)" },
  memory: { type: "integer", min: 512, default: 1024, value: "MB", summary: "heap of the server (up)" },
  s3: { type: "flag", summary: "read S3 as well (up): locations like s3://bucket/lake" },
  "s3-endpoint": { ...s3Options.endpoint, summary: "with --s3: endpoint of the store (up; default: AWS)" },
  "s3-region": {
    ...s3Options.region,
    summary: "with --s3: its region (up; default us-east-1 with an endpoint)",
  },
  "s3-path-style": {
    ...s3Options["path-style"],
    summary: "with --s3: name the bucket in the path of URLs (up)",
  },
  lines: { type: "integer", min: 1, default: 50, summary: "number of lines (logs)" },
} as const;

type Context = CommandContext<typeof options>;

/** The actions; each returns the exit code. */
const actions: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  async up({ options: given, env, log, print }) {
    const { lake, port, memory } = given;
    const { url } = await trinoUp({ lake, env, log, port, memoryMb: memory, s3: s3Access(given) });
    log.info("Trino is up");
    print(url);
    return EXIT.ok;
  },
  async down({ options: { lake }, log }) {
    log.info((await trinoDown(lake, log)) ? "Trino is stopped" : "Trino is not up");
    return EXIT.ok;
  },
  async status({ options: { lake }, print }) {
    const status = await trinoStatus(lake);
    if (status === undefined) print("down");
    else print(`${status.answers ? "up" : "up, but does not answer"} ${status.url} pid ${status.pid}`);
    return status?.answers === true ? EXIT.ok : EXIT.checkFailed;
  },
  async logs({ options: { lake, lines }, log, print }) {
    const { log: path } = trinoPlaces(lake);
    log.info(path);
    for (const line of lastLines(path, lines)) print(line);
    return EXIT.ok;
  },
};

function s3Access(given: Context["options"]): S3Access | undefined {
  const { s3, "s3-endpoint": endpoint, "s3-region": region, "s3-path-style": pathStyle } = given;
  if (!s3) return undefined;
  return {
    endpoint,
    region: region ?? (endpoint === undefined ? undefined : "us-east-1"),
    pathStyle: pathStyle === "true",
  };
}

/** Starts, stops and describes a Trino for a lake; `status` is exit 1 if it does not answer. */
export const main = defineCommand({
  name: "scripts/trino.ts",
  summary: "Starts and stops a local Trino for a lake.",
  description: [
    "up       starts it if it is not up, waits until it answers, prints its URL",
    "down     stops it",
    "status   prints whether it is up, its URL and pid; exit code 1 if it is down",
    "logs     prints the end of its log",
    "",
    "It listens on 127.0.0.1 only, has no password, and keeps everything below <lake>/_meta/trino/. It needs JDK 24",
    "or newer, from TRINO_JAVA_HOME, JAVA_HOME, PATH or the usual places. On first use, Trino is downloaded from",
    "Maven Central, or from DISCOGS_MAVEN_MIRROR, into the cache ($XDG_CACHE_HOME/discogs-data-lake/trino).",
  ].join("\n"),
  positionals: ["up|down|status|logs"],
  options,
  examples: ["export TRINO_URL=$(bin/lake trino up --lake hive-data)"],
  async run(context) {
    const [name = ""] = context.positionals;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action !== undefined) return action(context);
    throw new ExpectedError(`"${name}" is not an action: up, down, status or logs`);
  },
});

await runAsEntrypoint(import.meta.url, main);
