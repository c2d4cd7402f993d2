import { type Outcome, runCampaign } from "./campaign.ts";
import { FAULT_KINDS } from "./preload.ts";
import type { Prepared, PreparedStep } from "./prepare.ts";
import { type Injection, injectionName, injectionsAt, type Site } from "./sites.ts";
import type { Step } from "./steps.ts";

/** `all` injections, a few per step in the short form, or those whose name has a prefix. */
export type Choice = "all" | "short" | { begins: string };

/** A campaign of faults on a prepared lake. */
export interface FaultTest extends Prepared {
  choice: Choice;
  /** An empty directory. */
  base: string;
  /** Number of concurrent injections. */
  jobs: number;
  goesOn(): boolean;
  log(line: string): void;
}

/** The number of faults of a step by outcome. */
export interface StepTally {
  step: string;
  sites: number;
  injections: number;
  failed: number;
}

/** The result of a campaign. */
export interface FaultReport {
  steps: StepTally[];
  /** Those with problems. */
  failures: Outcome[];
  /** Those skipped for lack of time. */
  undone: Injection[];
}

/** Injections per step in the short form. */
const SHORT_INJECTIONS = 5;

/** Makes every chosen injection, and counts the outcomes. */
export async function testFaults({ choice, log, ...test }: FaultTest): Promise<FaultReport> {
  const { steps } = test;
  const injections = firstCallsFirst(steps.flatMap((step) => chosen(choice, step)));
  log(`${injections.length} injections at ${steps.length} steps`);
  const outcomes: Outcome[] = [];
  const onOutcome = (outcome: Outcome) => {
    outcomes.push(outcome);
    for (const problem of outcome.problems) log(`FAIL ${injectionName(outcome.injection)}: ${problem}`);
    if (outcomes.length % 100 === 0) log(`${outcomes.length} of ${injections.length} injections`);
  };
  const undone = await runCampaign({ ...test, injections, onOutcome });
  const failures = outcomes.filter(({ problems }) => problems.length > 0);
  return { steps: steps.map((step) => tally(step, outcomes)), failures, undone };
}

/** Puts the first call of every site first, so that a lack of time does not skip whole steps. */
function firstCallsFirst(injections: readonly Injection[]): Injection[] {
  return [...injections.filter(({ nth }) => nth === 1), ...injections.filter(({ nth }) => nth !== 1)];
}

/** The steps needed for a choice of injections. */
export function isWanted(choice: Choice): (step: Step) => boolean {
  if (choice === "all") return () => true;
  if (choice === "short") return ({ isShort }) => isShort;
  return ({ name }) => choice.begins.startsWith(`${name}:`) || name.startsWith(choice.begins);
}

function chosen(choice: Choice, { step, sites }: PreparedStep): Injection[] {
  const all = injectionsAt(step.name, sites);
  if (choice === "all") return all;
  if (choice !== "short")
    return all.filter((injection) => injectionName(injection).startsWith(choice.begins));
  return Array.from({ length: SHORT_INJECTIONS }, (_, index) => spread(all, sites, index)).flat();
}

/** The nth injection of the short form: spread over the calls, with a different kind of fault each time. */
function spread(all: readonly Injection[], sites: readonly Site[], index: number): Injection[] {
  const site = sites[Math.floor(((index + 0.5) * sites.length) / SHORT_INJECTIONS)];
  const here = all.filter((injection) => injection.site === site && injection.nth === 1);
  const ofKind = here.filter(({ kind }) => kind === FAULT_KINDS[index % FAULT_KINDS.length]);
  return [...ofKind, ...here].slice(0, 1);
}

function tally({ step, sites }: PreparedStep, outcomes: readonly Outcome[]): StepTally {
  const ofStep = outcomes.filter(({ injection }) => injection.step === step.name);
  const failed = ofStep.filter(({ problems }) => problems.length > 0).length;
  return { step: step.name, sites: sites.length, injections: ofStep.length, failed };
}
