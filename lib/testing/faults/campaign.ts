import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ending, endProblems, readerProblems, repeatProblems } from "./judge.ts";
import { copyDirectory, type PreparedStep } from "./prepare.ts";
import { type Machine, runStep, type StepEnd } from "./run_step.ts";
import { faultOf, type Injection, injectionName } from "./sites.ts";
import { stateOf } from "./state.ts";

/** The outcome of one injection; without problems, everything held. */
export interface Outcome {
  injection: Injection;
  problems: string[];
}

/** The faults for each step. */
export interface Campaign {
  machine: Machine;
  steps: readonly PreparedStep[];
  injections: readonly Injection[];
  /** A directory for working copies. */
  base: string;
  /** Number of concurrent injections. */
  jobs: number;
  /** Whether another injection may begin. */
  goesOn(): boolean;
  onOutcome(outcome: Outcome): void;
}

/** Makes each injection on a copy of its step's starting state, repeats the step, and compares. Returns the skipped ones. */
export async function runCampaign(campaign: Campaign): Promise<Injection[]> {
  const queue = [...campaign.injections];
  const worker = async (number: number) => {
    while (queue.length > 0 && campaign.goesOn()) {
      const injection = queue.shift();
      if (injection === undefined) return;
      const problems = await inject(injection, join(campaign.base, `copy-${number}`), campaign);
      campaign.onOutcome({ injection, problems });
    }
  };
  await Promise.all(Array.from({ length: campaign.jobs }, (_, number) => worker(number)));
  return queue;
}

/** Calls of several threads occur in a different order each time: a call not reached in one run may be reached in another. */
const ATTEMPTS = 3;

async function inject(injection: Injection, dir: string, { steps, machine }: Campaign): Promise<string[]> {
  const prepared = steps.find(({ step }) => step.name === injection.step);
  if (prepared === undefined) throw new TypeError(`${injectionName(injection)}: no such step`);
  const ends = new Set<string>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    copyDirectory(prepared.start, dir);
    try {
      const end = await runStep(prepared.step, dir, machine, faultOf(injection));
      if (end.struck) return await consequences(end, injection, prepared, dir, machine);
      ends.add(ending(end));
    } finally {
      removeDirectory(dir);
    }
  }
  return [`the call was not reached in ${ATTEMPTS} attempts: ${[...ends].join("; ")}`];
}

/** Problems after a fault in a step, and after repeating the step. */
async function consequences(
  end: StepEnd,
  injection: Injection,
  prepared: PreparedStep,
  dir: string,
  machine: Machine,
): Promise<string[]> {
  const problems: string[] = [];
  try {
    const found = await stateOf(dir);
    problems.push(
      ...endProblems(injection, end, dir, found, prepared),
      ...readerProblems(dir, found, prepared),
    );
  } catch (error) {
    problems.push(`readers find something unreadable: ${error}`);
  }
  const repeated = await runStep(prepared.step, dir, machine);
  return [...problems, ...repeatProblems(prepared.step, repeated, await stateOf(dir), prepared)];
}

/** Even without write permissions. */
export function removeDirectory(dir: string): void {
  execFileSync("chmod", ["-R", "u+rwX", dir]);
  execFileSync("rm", ["-r", dir]);
}
