import { type ChildProcess, spawn } from "node:child_process";
import { createLogger } from "../cli/log.ts";
import type { S3Access } from "../trino_server/config.ts";
import { trinoDown, trinoUp } from "../trino_server/server.ts";

const MEMORY_MB = 1024;

/** A Trino started for a test file. */
export interface TestTrino {
  url: string;
  /** Stops it; to be called in an `after` hook before the lake is removed. */
  stop(): Promise<void>;
}

/**
 * Starts a Trino for a lake. Takes some ten seconds and about 1 GB of memory, so do it at most once per test file. It ends with
 * the test's process even if that is killed. ExpectedError if there is no JDK for it.
 * `s3` is a store that it reads as well.
 */
export async function startTestTrino(lake: string, s3?: S3Access): Promise<TestTrino> {
  const log = createLogger();
  const { url, pid } = await trinoUp({ lake, env: process.env, log, memoryMb: MEMORY_MB, s3 });
  const guardian = endWithThisProcess(pid);
  return {
    url,
    async stop() {
      guardian.kill("SIGKILL");
      await trinoDown(lake, log);
    },
  };
}

/** A shell that reads a pipe of this process, which ends with this process, however it ends. */
function endWithThisProcess(pid: number): ChildProcess {
  const script = `cat > /dev/null; kill -TERM ${pid}`;
  const shell = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.unref();
  if (shell.stdin !== null && "unref" in shell.stdin && typeof shell.stdin.unref === "function") {
    shell.stdin.unref();
  }
  return shell;
}
