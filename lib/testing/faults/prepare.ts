import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeSampleDump } from "../../sample/write_sample_dump.ts";
import { noise, writeDump } from "../dumps.ts";
import { bundleScripts } from "./bundle.ts";
import type { Undisturbed } from "./judge.ts";
import { type Machine, runStep } from "./run_step.ts";
import { type Site, sitesOf } from "./sites.ts";
import { lakeIn, stateOf } from "./state.ts";
import {
  type Command,
  type Dumps,
  FIRST_MONTH,
  MONTHS,
  monthCommands,
  NOTHING,
  type Step,
  TINY,
  testedSteps,
} from "./steps.ts";

/** A step with its starting directory, its undisturbed effect, and its calls. */
export interface PreparedStep extends Undisturbed {
  step: Step;
  /** Only copied, never changed. */
  start: string;
  sites: Site[];
}

/** Options for the lake of a campaign. */
export interface Preparation {
  library: string;
  /** An empty directory for everything. */
  base: string;
  wants(step: Step): boolean;
  log(line: string): void;
}

/** A lake prepared for faults. */
export interface Prepared {
  machine: Machine;
  steps: PreparedStep[];
}

/** Makes tiny months and a lake with the first of them, and runs each wanted step, and those it needs, once. */
export async function prepareSteps({ library, base, wants, log }: Preparation): Promise<Prepared> {
  const scratch = join(base, "tmp");
  mkdirSync(scratch);
  const dumps = await makeDumps(join(base, "raw"));
  const steps = withNeeded(testedSteps(dumps), wants);
  const first = monthCommands(0, dumps);
  const scripts = new Set([...first, ...steps].map(({ script }) => script));
  const machine = { library, scratch, bundles: await bundleScripts([...scripts], join(base, "code")) };
  const results = new Map([
    [NOTHING, join(base, "start-0")],
    [FIRST_MONTH, join(base, "start-1")],
  ]);
  for (const dir of results.values()) mkdirSync(lakeIn(dir), { recursive: true });
  for (const command of first) await callsOf(command, join(base, "start-1"), machine);
  log(`made a lake with ${MONTHS[0]}`);
  const prepared: PreparedStep[] = [];
  for (const step of steps) {
    const start = results.get(step.after);
    if (start === undefined) throw new TypeError(`${step.name} comes before ${step.after}`);
    const result = join(base, `start-${results.size}`);
    results.set(step.name, result);
    copyDirectory(start, result);
    const sites = sitesOf(await callsOf(step, result, machine));
    log(`${step.name}: ${sites.length} sites`);
    if (!wants(step)) continue;
    prepared.push({ step, start, sites, before: await stateOf(start), after: await stateOf(result) });
  }
  return { machine, steps: prepared };
}

/** The wanted steps and those whose results they need, in order. */
function withNeeded(steps: readonly Step[], wants: (step: Step) => boolean): Step[] {
  const names = new Set(steps.filter(wants).map(({ name }) => name));
  for (const { name, after } of steps.toReversed()) {
    if (names.has(name)) names.add(after);
  }
  return steps.filter(({ name }) => names.has(name));
}

async function makeDumps(rawRoot: string): Promise<Dumps> {
  for (const month of MONTHS) await writeSampleDump({ out: rawRoot, month, ...TINY });
  const labels = Array.from(
    { length: 10_000 },
    (_, id) => `<label><id>${id + 1}</id><name>n</name><profile>${noise(id)}</profile></label>`,
  );
  return { rawRoot, labels: writeDump(rawRoot, "label", labels) };
}

/** Runs a command that must succeed, and returns the calls that it made. */
async function callsOf(command: Command, dir: string, machine: Machine): Promise<string> {
  const { code, signal, stderr, calls } = await runStep(command, dir, machine);
  if (code !== 0) throw new Error(`${command.name} without a fault ended with ${signal ?? code}: ${stderr}`);
  return calls;
}

/** Copies a directory with modes and links. */
export function copyDirectory(from: string, to: string): void {
  execFileSync("cp", ["-a", "--reflink=auto", from, to]);
}
