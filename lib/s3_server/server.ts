import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { makeDirectory } from "../files/files.ts";
import { findJava, NO_PERFORMANCE_DATA } from "../java/find_java.ts";
import { installS3Server } from "./install.ts";
import { S3MOCK_JAVA } from "./pins.ts";

/** An S3-compatible server on 127.0.0.1 that accepts any credentials. */
export interface S3Server {
  endpoint: string;
  /** Stops it; keeps its files. */
  stop(): Promise<void>;
}

const PROPERTY = "com.adobe.testing.s3mock.store";
/** `Tomcat started on ports 44637 (https), 41477 (http) with context path`: in any order. */
const STARTED = /Tomcat started on ports?.* (\d+) \(http\)/;
const LAST_LINES = 20;

/**
 * Starts a server with this bucket, whose objects are files below `directory`. It is Adobe's S3Mock, which verifies checksums
 * and supports conditions (`If-None-Match`, `If-Match`) like S3: for tests and trials, not for data.
 * @throws ExpectedError with its output if it exits before it listens
 */
export async function startS3Server(
  directory: string,
  bucket: string,
  { env, log }: { env: NodeJS.ProcessEnv; log: Logger },
): Promise<S3Server> {
  const jar = await installS3Server(env, log);
  const { home } = findJava(S3MOCK_JAVA, env);
  await makeDirectory(directory);
  const server = spawn(join(home, "bin", "java"), serverArguments(jar, directory, bucket), {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = () => server.kill("SIGKILL");
  process.once("exit", killed);
  const port = await portOf(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      process.off("exit", killed);
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill("SIGTERM");
      await once(server, "exit");
    },
  };
}

function serverArguments(jar: string, directory: string, bucket: string): string[] {
  return [
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    NO_PERFORMANCE_DATA,
    `-Djava.io.tmpdir=${directory}`,
    "-jar",
    jar,
    "--server.address=127.0.0.1",
    "--http.port=0",
    "--server.port=0",
    `--${PROPERTY}.root=${join(directory, "objects")}`,
    `--${PROPERTY}.initial-buckets=${bucket}`,
    `--${PROPERTY}.retain-files-on-exit=true`,
  ];
}

/** The port that the server prints when it listens. Keeps reading its output so that it never blocks. */
async function portOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null || server.stderr === null)
    throw new TypeError("the server's output is not read");
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    for (const input of [server.stdout, server.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        const [, port] = STARTED.exec(line) ?? [];
        if (port !== undefined) resolve(port);
      });
    }
    server.once("error", reject);
    server.once("exit", (code) => {
      reject(new ExpectedError(`S3Mock exited with ${code} before listening: ${last.join(" / ")}`));
    });
  });
}
