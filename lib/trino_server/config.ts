import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { METASTORE, type TrinoPlaces } from "./places.ts";

/** Inputs of the configuration files of a local Trino server. */
export interface ServerSettings {
  lake: string;
  /** Installation, see `install.ts`. */
  home: string;
  port: number;
  /** File in which the JVM caches classes for its next start; written when it stops. */
  classArchive: string;
  /** A store whose locations can be read besides. */
  s3?: S3Access | undefined;
  /** Heap of the JVM in MB; half of it is for queries. */
  memoryMb: number;
}

/**
 * Maximum query length in characters: ten times the default, so that the events of some hundred runs fit one INSERT. Tested with
 * a heap of 1 GB.
 */
export const LONGEST_QUERY = 10_000_000;

/** `config.properties`: a single node, both coordinator and worker, reachable from this machine only. */
export function serverProperties({ home, port, memoryMb }: ServerSettings, places: TrinoPlaces): string {
  return properties({
    "node.environment": "local",
    "node.id": "local",
    "node.bind-ip": "127.0.0.1",
    "node.internal-address": "127.0.0.1",
    coordinator: "true",
    "node-scheduler.include-coordinator": "true",
    "http-server.http.port": String(port),
    "http-server.log.enabled": "false",
    "discovery.uri": `http://127.0.0.1:${port}`,
    "plugin.dir": join(home, "plugin"),
    "catalog.config-dir": places.catalogs,
    "access-control.config-files": places.accessControl,
    "query.max-memory": `${Math.floor(memoryMb / 2)}MB`,
    "query.max-memory-per-node": `${Math.floor(memoryMb / 2)}MB`,
    "memory.heap-headroom-per-node": `${Math.floor(memoryMb / 4)}MB`,
    "query.max-length": String(LONGEST_QUERY),
    "web-ui.enabled": "false",
  });
}

/** How a Trino reaches an S3-compatible store. */
export interface S3Access {
  /** Default: that of AWS. */
  endpoint?: string | undefined;
  /** Default: that of the environment. */
  region?: string | undefined;
  pathStyle: boolean;
}

/**
 * `hive.properties`: the catalog on the lake's files. Locations are `local:///` and the path below the lake. Timestamp precision
 * stays at its default, MILLISECONDS, the only one that allows TIMESTAMP(3).
 */
export function catalogProperties(lake: string, s3?: S3Access): string {
  return properties({
    "connector.name": "hive",
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": `local:///${METASTORE}`,
    "fs.native-local.enabled": "true",
    "local.location": lake,
    "hive.non-managed-table-writes-enabled": "true",
    "hive.temporary-staging-directory-enabled": "false",
    "hive.parquet.time-zone": "UTC",
    "hive.compression-codec": "ZSTD",
    "hive.storage-format": "PARQUET",
    ...(s3 === undefined ? {} : s3Properties(s3)),
  });
}

/** Credentials are not in the file: Trino finds those of its environment as the AWS tools do. */
function s3Properties({ endpoint, region, pathStyle }: S3Access): Record<string, string> {
  return {
    "fs.native-s3.enabled": "true",
    ...(endpoint === undefined ? {} : { "s3.endpoint": endpoint }),
    ...(region === undefined ? {} : { "s3.region": region }),
    "s3.path-style-access": String(pathStyle),
  };
}

/** `access-control.properties`: users' privileges come from a rules file, see `access_rules.ts`. */
export function accessControlProperties({ accessRules }: TrinoPlaces): string {
  return properties({ "access-control.name": "file", "security.config-file": accessRules });
}

/** Arguments of `java` that start the server. */
export function serverArguments(
  { home, memoryMb, classArchive }: ServerSettings,
  places: TrinoPlaces,
): string[] {
  return [
    `-Xmx${memoryMb}M`,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+AutoCreateSharedArchive",
    `-XX:SharedArchiveFile=${classArchive}`,
    "-Djdk.attach.allowAttachSelf=true",
    // Saves three JVMs that measure objects at the start. What is assumed instead holds for heaps below 32 GB.
    "-Djol.skipHotspotSAAttach=true",
    "-XX:+EnableDynamicAgentLoading",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--add-modules=jdk.incubator.vector",
    "-Duser.timezone=UTC",
    `-Djava.io.tmpdir=${places.temporary}`,
    `-Dconfig=${places.config}`,
    "-cp",
    join(home, "lib", "*"),
    "io.trino.server.TrinoServer",
  ];
}

/** Renders a Java properties file, which is Latin-1; a backslash in a value starts an escape. */
function properties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${escaped(plainLine(value))}\n`)
    .join("");
}

/** Escapes UTF-16 units beyond ASCII as `\uXXXX`, and a leading blank, which Java would trim. */
function escaped(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/^ /, "\\ ");
}

function plainLine(value: string): string {
  if (!/[\r\n]|\$\{/.test(value)) return value;
  throw new ExpectedError(
    `Trino's configuration can't express the path ${JSON.stringify(value)}: rename the directory`,
  );
}
