import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { parseChecksums } from "../dump/checksums.ts";
import { checksumName, type DumpEntity, dumpEntities } from "../dump/raw_month.ts";
import { hashFile, kindOf, namesIn, textIfThere, writeFileAtomic } from "../files/files.ts";
import { withLock } from "../files/lock.ts";
import { isDumpMonth } from "../files/run_id.ts";
import { inWritable, mayWrite, refuseOtherThanDirectory } from "../files/writable.ts";
import { type Clock, systemClock } from "./clock.ts";
import { downloadPart, type WantedFile } from "./download_file.ts";
import { createHttp } from "./http.ts";
import { DEFAULT_LIMITS, type DownloadLimits } from "./limits.ts";
import { publishPart, readPart, removePart } from "./part_file.ts";
import { fetchText, findRemoteMonth, type RemoteMonth, type Requester } from "./remote_month.ts";

const DUMP: Omit<WantedFile, "name" | "url"> = {
  format: { name: "gzip", begins: [0x1f, 0x8b] },
  tooLong: "which is not a dump; check --base-url",
};

const ADVICE = { missing: "check --month and --base-url", refused: "try another --base-url" };

/** Options of a month's download. */
export interface DownloadOptions {
  rawRoot: string;
  /** `YYYY-MM`; defaults to the newest complete month. */
  month?: string;
  /** URL of data.discogs.com or of an S3 bucket. */
  baseUrl: string;
  /** Read the listing and the checksums only, and write nothing. */
  dryRun?: boolean;
  /** Seconds without data after which a connection counts as lost. */
  timeoutSeconds: number;
  /** Longest wait a server may request, in seconds. */
  maxWaitSeconds: number;
  /** Consecutive failures after which a file is abandoned. */
  retries: number;
  /** Environment with the proxy settings. */
  env: NodeJS.ProcessEnv;
  log: Logger;
  clock?: Clock;
  /** Overrides of the default limits. */
  limits?: Partial<DownloadLimits>;
}

/** State of a dump file, before or after the download. */
export type FileState = "there" | "downloaded" | "missing" | "partial" | "differs";

/** A downloaded month, or the state of one (dry run). */
export interface DownloadedMonth {
  month: string;
  /** `YYYYMMDD` */
  date: string;
  directory: string;
  /** The dump files, with the state found (dry run) or reached. */
  files: { name: string; state: FileState }[];
}

/**
 * A dump that is re-uploaded during the download costs one more pass; needing more than that means something
 * else is wrong.
 */
const PASSES = 3;

/**
 * Downloads a month's dump files to `<rawRoot>/<YYYY-MM>/`. A file gets its name once its SHA-256 matches the checksum file, and
 * the checksum file once all four are there. Existing files that pass verification are kept.
 *
 * Throws ExpectedError, before it asks the server if the files can't be stored. Partial files are kept, so that a repeated call
 * resumes.
 */
export async function downloadMonth(options: DownloadOptions): Promise<DownloadedMonth> {
  const { rawRoot, baseUrl, dryRun = false, log } = options;
  const download = () =>
    asking(options, async (requester) => {
      const remote = await findRemoteMonth(requester, baseUrl, options.month);
      const directory = join(rawRoot, remote.month);
      log.info(`dump of ${remote.month}: files of ${remote.date} at ${baseUrl}`);
      const { month, date } = remote;
      if (dryRun) return { month, date, directory, files: await look(requester, remote, directory) };
      const lock = join(directory, "_tmp.download.lock");
      const files = await withLock(lock, "downloading", () => fetchAll(requester, remote, directory));
      return { month, date, directory, files };
    });
  const target = join(rawRoot, options.month ?? "");
  await refuseOtherThanDirectory(target);
  if (dryRun || (options.month === undefined && (await onlyMonthsMayBeWritten(rawRoot)))) return download();
  return inWritable("the directory", target, download);
}

/** Whether a raw root can't be written, but a month in it can: only the server tells whether that is the newest one. */
async function onlyMonthsMayBeWritten(rawRoot: string): Promise<boolean> {
  if (await mayWrite(rawRoot)) return false;
  for (const name of (await namesIn(rawRoot)).filter(isDumpMonth)) {
    if (await mayWrite(join(rawRoot, name))) return true;
  }
  return false;
}

/**
 * Fetches the SHA-256 of a month's four dump files, by name, and nothing else. Throws NotPublishedError if
 * the month is not published yet.
 */
export async function publishedChecksums(
  options: Omit<DownloadOptions, "rawRoot" | "dryRun">,
): Promise<Map<string, string>> {
  return asking(options, async (requester) => {
    const remote = await findRemoteMonth(requester, options.baseUrl, options.month);
    const { sums } = await fetchChecksums(requester, remote);
    const names = dumpEntities.map((entity) => remote.files[entity].name);
    return new Map(names.map((name) => [name, sums.get(name) ?? ""]));
  });
}

/** Runs requests to the server, then closes the connections. */
async function asking<T>(
  options: Omit<DownloadOptions, "rawRoot" | "dryRun">,
  ask: (requester: Requester) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, log, env, timeoutSeconds } = options;
  const http = createHttp({ env, timeoutSeconds, now: clock.now, advice: ADVICE });
  const { retries, maxWaitSeconds } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bounds = { limits, clock, began: clock.now() };
  const policy = { retries, maxWaitSeconds, log, clock, bounds };
  const requester: Requester = { http, policy, bounds };
  try {
    return await ask(requester);
  } finally {
    await http.close();
  }
}

async function look(
  requester: Requester,
  remote: RemoteMonth,
  directory: string,
): Promise<DownloadedMonth["files"]> {
  const { sums } = await fetchChecksums(requester, remote);
  const states: DownloadedMonth["files"] = [];
  for (const entity of dumpEntities) {
    const { name } = remote.files[entity];
    states.push({ name, state: await stateOf(join(directory, name), sums.get(name)) });
  }
  return states;
}

async function stateOf(path: string, sha256: string | undefined): Promise<FileState> {
  if ((await kindOf(path)) !== undefined)
    return (await hashFile(path)).sha256 === sha256 ? "there" : "differs";
  return (await readPart(path)).size > 0 ? "partial" : "missing";
}

async function fetchAll(
  requester: Requester,
  remote: RemoteMonth,
  directory: string,
): Promise<DownloadedMonth["files"]> {
  const states = new Map<DumpEntity, FileState>();
  let wrong = "";
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const { sums, text } = await fetchChecksums(requester, remote);
    const failed = await fetchEach(requester, remote, directory, sums, states);
    if (failed === undefined) {
      await writeIfOther(join(directory, checksumName(remote.date)), text);
      return dumpEntities.map((entity) => ({
        name: remote.files[entity].name,
        state: states.get(entity) ?? "there",
      }));
    }
    wrong = failed;
    requester.policy.log.warn(
      `${wrong}: its SHA-256 differs from the checksum file (pass ${pass} of ${PASSES})`,
    );
  }
  throw new ExpectedError(
    `${wrong}: its SHA-256 differs from the checksum file, ${PASSES} times; the server's copy may be damaged`,
  );
}

/** An unchanged file keeps its time, by which a resumed session sees that nothing was uploaded again. */
async function writeIfOther(path: string, text: string): Promise<void> {
  const isThere = (await kindOf(path)) === "file" && (await textIfThere(path)) === text;
  if (!isThere) await writeFileAtomic(path, text);
}

/** Downloads missing files; returns the name of the first one with a wrong checksum. */
async function fetchEach(
  requester: Requester,
  remote: RemoteMonth,
  directory: string,
  sums: ReadonlyMap<string, string>,
  states: Map<DumpEntity, FileState>,
): Promise<string | undefined> {
  for (const entity of dumpEntities) {
    const file = remote.files[entity];
    const path = join(directory, file.name);
    const state = await stateOf(path, sums.get(file.name));
    if (state === "there") {
      // Of a part that was renamed just before the process was killed.
      await removePart(path);
      continue;
    }
    if (state === "differs") {
      requester.policy.log.warn(`${file.name} does not match the checksum file: downloading it again`);
    }
    await downloadPart(requester, { ...DUMP, ...file }, path);
    const wanted = sums.get(file.name);
    if ((await publishPart(path, wanted)) !== wanted) return file.name;
    states.set(entity, "downloaded");
    requester.policy.log.info(`${file.name}: downloaded, SHA-256 verified`);
  }
  return undefined;
}

async function fetchChecksums(
  requester: Requester,
  { checksums, files }: RemoteMonth,
): Promise<{ sums: Map<string, string>; text: string }> {
  const { text, url } = await fetchText(requester, checksums.name, checksums.url);
  const sums = parseChecksums(text, url);
  const missing = dumpEntities.map((entity) => files[entity].name).filter((name) => !sums.has(name));
  if (missing.length > 0) throw new ExpectedError(`${url} has no checksum of ${missing.join(", ")}`);
  return { sums, text };
}
