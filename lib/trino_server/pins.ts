import type { PinnedFile } from "../download/pinned_file.ts";
import type { JavaNeed } from "../java/find_java.ts";

/** The Trino version that is installed and tested. */
export const TRINO_VERSION = "476";
/** Trino 476 requires at least this version; its plugins are unpacked with `jar`. */
export const TRINO_JAVA: JavaNeed = {
  program: "Trino",
  oldest: 24,
  tools: ["java", "jar"],
  variable: "TRINO_JAVA_HOME",
  install: {
    debian: "sudo apt install temurin-25-jdk, from https://adoptium.net/installation/linux",
    macos: "brew install openjdk@25",
    windows: "winget install EclipseAdoptium.Temurin.25.JDK",
  },
};

/** The server without its plugins; only `lib/` of it is used. */
export const serverCore: PinnedFile = {
  path: `io/trino/trino-server-core/${TRINO_VERSION}/trino-server-core-${TRINO_VERSION}.tar.gz`,
  bytes: 194_358_953,
  sha256: "0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158",
};

/** The Hive connector without Hadoop, which reads and writes local files (`fs.native-local`). */
export const hivePlugin: PinnedFile = {
  path: `io/trino/trino-hive/${TRINO_VERSION}/trino-hive-${TRINO_VERSION}.zip`,
  bytes: 258_326_133,
  sha256: "611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e",
};
