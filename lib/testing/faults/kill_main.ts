import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lakePaths, sealedDir } from "../../files/paths.ts";
import { projectRoot } from "../../files/project_root.ts";
import { readManifest } from "../../lake/manifest.ts";
import { listRuns } from "../../lake/runs.ts";
import { runProblems } from "../../lake/verify.ts";
import { next, type Random } from "../../sample/random.ts";
import { writeSampleDump } from "../../sample/write_sample_dump.ts";
import { killNow, processesOf, type Role } from "./main_processes.ts";
import { isHidden } from "./state.ts";
import { MONTHS, TINY } from "./steps.ts";

/** When and how often a workflow is killed. */
export interface KillOptions {
  /** An empty directory for the lakes. */
  base: string;
  /** Total number of kills. */
  kills: number;
  seed: number;
  /** Number of concurrent lakes. */
  jobs: number;
  goesOn(): boolean;
  log(line: string): void;
}

/** What to kill: all processes of main.dig at once, or one of them. */
type Victim = "everything" | Role;

/** The findings after kills and resumed runs. */
export interface KillResult {
  /** What was killed each time. */
  kills: Victim[];
  /** Number of lakes completed in spite of it. */
  lakes: number;
  /** Differences from the undisturbed lake. */
  problems: string[];
}

/** Number of kills per lake before main.dig may complete. */
const KILLS_OF_A_LAKE = 5;
const POLL_MS = 20;

/**
 * Runs main.dig on a tiny month, kills it at random moments, repeats it until it completes, and compares the result with that of
 * an undisturbed run.
 */
export async function killMain(options: KillOptions): Promise<KillResult> {
  const { base, seed, log } = options;
  const rawRoot = join(base, "raw");
  await writeSampleDump({ out: rawRoot, month: MONTHS[0], ...TINY });
  const began = Date.now();
  const calm = join(base, "calm");
  const { code, output } = await startMain(calm, rawRoot).ended;
  if (code !== 0) throw new Error(`undisturbed main.dig ended with ${code}: ${output}`);
  const milliseconds = Date.now() - began;
  log(`main.dig undisturbed: ${(milliseconds / 1000).toFixed(1)} s`);
  const wanted = await madeIn(calm);
  const result: KillResult = { kills: [], lakes: 0, problems: [] };
  const worker = async (stream: number) => {
    const random: Random = { state: seed * 1000 + stream };
    while (result.kills.length < options.kills && options.goesOn()) {
      const lake = join(base, `killed-${result.lakes}`);
      result.lakes += 1;
      const { killed, end } = await disturb(lake, { ...options, rawRoot, milliseconds, random, result });
      const problems = await endProblems(lake, end ?? (await startMain(lake, rawRoot).ended), wanted);
      result.problems.push(...problems.map((problem) => `${lake} (${killed.join(", ")}): ${problem}`));
      log(`${basename(lake)}: ${killed.join(", ")}: ${problems[0] ?? "the same bytes"}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, (_, stream) => worker(stream)));
  return result;
}

interface Disturbance extends KillOptions {
  rawRoot: string;
  /** Duration of an undisturbed main.dig. */
  milliseconds: number;
  random: Random;
  result: KillResult;
}

/** What was killed when, and how main.dig ended if it ended on its own. */
interface Disturbed {
  killed: string[];
  end: MainEnd | undefined;
}

/** Starts main.dig and kills it, several times or until it ends before the chosen moment. */
async function disturb(lake: string, disturbance: Disturbance): Promise<Disturbed> {
  const { rawRoot, kills, milliseconds, random, result } = disturbance;
  const killed: string[] = [];
  while (killed.length < KILLS_OF_A_LAKE && result.kills.length < kills) {
    const moment = Math.floor(next(random) * milliseconds);
    const { victim, end } = await killOnce(lake, rawRoot, moment, random);
    if (victim === undefined) return { killed, end };
    killed.push(`${victim} killed after ${moment} ms`);
    result.kills.push(victim);
  }
  return { killed, end: undefined };
}

/**
 * Starts main.dig, kills at the given moment, or as soon as there is a process after it, and waits for the end. No victim if it
 * ended before.
 */
async function killOnce(
  lake: string,
  rawRoot: string,
  moment: number,
  random: Random,
): Promise<{ victim: Victim | undefined; end: MainEnd }> {
  const { ended } = startMain(lake, rawRoot);
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  await Promise.race([over, sleep(moment)]);
  let running = processesOf(lake);
  for (; !isOver && running.length === 0; running = processesOf(lake)) await sleep(POLL_MS);
  const one = isOver ? undefined : running[Math.floor(next(random) * running.length)];
  if (one === undefined) return { victim: undefined, end: await ended };
  const isAll = next(random) < 1 / 4;
  for (const victim of isAll ? running : [one]) killNow(victim);
  return { victim: isAll ? "everything" : one.role, end: await ended };
}

interface MainEnd {
  code: number | null;
  output: string;
}

function startMain(lake: string, rawRoot: string): { ended: Promise<MainEnd> } {
  const parameters = ["-p", "run_mode=prod", "-p", `dump_month=${MONTHS[0]}`];
  const child = spawn(join(projectRoot, "bin", "digdag"), ["run", "main.dig", ...parameters], {
    cwd: projectRoot,
    env: {
      ...process.env,
      TRINO_URL: "",
      DISCOGS_COLLECTION_JSON: "",
      DIGDAG: "",
      DISCOGS_DATA_LAKE: lake,
      DISCOGS_RAW: rawRoot,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return { ended: once(child, "close").then(([code]) => ({ code, output })) };
}

/** Problems after main.dig completed. */
async function endProblems(lake: string, { code, output }: MainEnd, wanted: Made): Promise<string[]> {
  if (code !== 0) {
    const lines = output.trim().split("\n");
    const reasons = lines.filter((line) => / failed: |error: /.test(line));
    return [
      `when repeated, it ended with ${code}: ${(reasons.length > 0 ? reasons : lines.slice(-3)).join(" | ")}`,
    ];
  }
  const made = await madeIn(lake);
  const paths = new Set([...Object.keys(wanted.files), ...Object.keys(made.files)]);
  const changed = [...paths].filter((path) => made.files[path] !== wanted.files[path]);
  return [...changed.map((path) => `${path} has other bytes`), ...made.problems];
}

/** The result of main.dig: the hashes of the active run's dataset files, and leftovers. */
interface Made {
  files: Record<string, string>;
  problems: string[];
}

async function madeIn(lake: string): Promise<Made> {
  const runId = basename(readlinkSync(lakePaths(lake).active));
  const dir = sealedDir(lake, runId);
  const manifest = await readManifest(dir);
  if (manifest === undefined) return { files: {}, problems: [`the active run ${runId} has no manifest`] };
  const hashes = Object.values(manifest.datasets).flatMap(({ directory, files }) =>
    files.map(({ name, sha256 }) => [`${directory}/${name}`, sha256] as const),
  );
  const { runs, building } = await listRuns(lake);
  const left = readdirSync(lake, { recursive: true, encoding: "utf8" }).filter(isHidden);
  const problems = [
    ...(await runProblems(dir, manifest)),
    ...(runs.length === 1 ? [] : [`${runs.length} sealed runs`]),
    ...building.map((id) => `run ${id} is not sealed`),
    ...left.map((path) => `${path} is left`),
  ];
  return { files: Object.fromEntries(hashes), problems };
}
