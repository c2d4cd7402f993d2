import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { type DownloadOptions, downloadMonth } from "../download_month.ts";
import { type DumpServer, dumpFiles, sha256, startDumpServer } from "./dump_server.ts";

/** Date of the dumps in the scene. */
export const DATE = "20260801";
/** File name of the releases dump. */
export const RELEASES = `discogs_${DATE}_releases.xml.gz`;
/** File name of the checksum file. */
export const CHECKSUM = `discogs_${DATE}_CHECKSUM.txt`;

/** A server with a month of dumps, and a raw root to download it to. */
export interface Scene {
  server: DumpServer;
  rawRoot: string;
  month: string;
  /** Seconds of each wait. */
  waits: number[];
  warnings: string[];
  /** Advances the clock by this many seconds at each reading. */
  slow(seconds: number): void;
  download(options?: Partial<DownloadOptions>): ReturnType<typeof downloadMonth>;
  /** Asserts that the month's directory holds the server's files, and nothing else. */
  assertComplete(date?: string): void;
}

/** A server with a complete month, and a raw root. Waits return at once. */
export async function scene(t: TestContext, files = dumpFiles(DATE)): Promise<Scene> {
  const server = await startDumpServer(t, files);
  const rawRoot = temporaryDirectory(t);
  const month = join(rawRoot, "2026-08");
  const waits: number[] = [];
  const warnings: string[] = [];
  let now = Date.UTC(2026, 7, 5, 12);
  let look = 0;
  const clock = {
    now() {
      now += look;
      return now;
    },
    async sleep(milliseconds: number) {
      waits.push(milliseconds / 1000);
      now += milliseconds;
    },
  };
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const base = { rawRoot, month: "2026-08", timeoutSeconds: 10, maxWaitSeconds: 4000, retries: 3, env: {} };
  return {
    server,
    rawRoot,
    month,
    waits,
    warnings,
    slow(seconds) {
      look = seconds * 1000;
    },
    download: (options) => downloadMonth({ ...base, baseUrl: server.url, log, clock, ...options }),
    assertComplete(date = DATE) {
      const names = [...server.files.keys()].filter((name) => name.includes(date)).sort();
      assert.deepEqual(readdirSync(month).sort(), names);
      for (const name of names) {
        assert.equal(sha256(readFileSync(join(month, name))), sha256(server.files.get(name) as Buffer), name);
      }
    },
  };
}

/** Content of a file on the server. */
export const contentOf = (server: DumpServer, name = RELEASES): Buffer => server.files.get(name) as Buffer;
/** The server's ETag for a content. */
export const etag = (content: Buffer): string => `"${sha256(content).slice(0, 16)}"`;
