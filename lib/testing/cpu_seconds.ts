import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { textIfThere, writeFileAtomic } from "../files/files.ts";

/** CPU seconds by test file, measured by `scripts/run_tests.ts --record`. */
export type CpuSeconds = Readonly<Record<string, number>>;

const RECORDED = fileURLToPath(new URL("cpu_seconds.json", import.meta.url));
/** Of Linux, on every machine. */
const TICKS_PER_SECOND = 100;

/** The latest record of each file. */
export function recordedCpuSeconds(): CpuSeconds {
  return JSON.parse(readFileSync(RECORDED, "utf8")) as CpuSeconds;
}

/**
 * Orders files with the longest first, so that all cores are busy to the end. Files without a record may be long and begin
 * before all others.
 */
export function longestFirst(files: readonly string[], seconds: CpuSeconds): string[] {
  const known = files.filter((file) => seconds[file] !== undefined);
  const unknown = files.filter((file) => seconds[file] === undefined);
  return [...unknown, ...known.toSorted((a, b) => (seconds[b] ?? 0) - (seconds[a] ?? 0))];
}

/** Updates the record with new measurements, and removes files that no longer exist. */
export function withMeasured(
  recorded: CpuSeconds,
  measured: CpuSeconds,
  files: readonly string[],
): CpuSeconds {
  const all = Object.entries({ ...recorded, ...measured }).map(
    ([file, value]) => [file, Math.round(value)] as const,
  );
  const kept = all.filter(([file]) => files.includes(file));
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Records measurements for later runs; `files` are all existing ones. */
export async function recordCpuSeconds(measured: CpuSeconds, files: readonly string[]): Promise<void> {
  const record = withMeasured(recordedCpuSeconds(), measured, files);
  await writeFileAtomic(RECORDED, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Measurements written by {@link measuringCode}. */
export async function readMeasured(file: string): Promise<CpuSeconds> {
  const lines = (await textIfThere(file)).split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => JSON.parse(line) as [string, number]));
}

/**
 * JavaScript that makes a process append, at its end, the CPU seconds of itself and of all processes that it waited for:
 * `["<name>", <seconds>]`, a line of `file`. Linux only.
 */
export function measuringCode(name: string, file: string): string {
  return `import { appendFileSync, readFileSync } from "node:fs";
process.on("exit", () => {
  const fields = readFileSync("/proc/self/stat", "utf8").replace(/^.*\\) /, "").split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  appendFileSync(${JSON.stringify(file)}, JSON.stringify([${JSON.stringify(name)}, ticks / ${TICKS_PER_SECOND}]) + "\\n");
});
`;
}
