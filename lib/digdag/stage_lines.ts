import { basename } from "node:path";
import { counted } from "../cli/amounts.ts";
import type { Colours } from "../cli/colours.ts";
import { wasInterrupted } from "../cli/interrupt.ts";
import { timeOfDay } from "../cli/log.ts";
import type { ChecksNote, NotOkCheck, StageEvent } from "../cli/stage_log.ts";
import { shortTask } from "./stage_times.ts";

/** A running script of a workflow. */
export interface RunningStage {
  pid: number;
  /** Name of the script. */
  label: string;
  /** Its place in the workflow. */
  task: string;
  /** Milliseconds since 1970. */
  began: number;
}

/** What checks found, as last reported. */
interface Finding {
  isFailure: boolean;
  /** By unit. */
  values: Map<string, string>;
}

const INDENT = " ".repeat(9);
type Ended = Extract<StageEvent, { event: "ended" }>;

/**
 * Turns the events of a workflow into the lines it shows: one per ended stage, and each warning and each finding of a check
 * once, however many stages and checks report it.
 */
export class StageLines {
  readonly #colours: Colours;
  readonly #running = new Map<number, RunningStage>();
  readonly #warned = new Set<string>();
  readonly #findings = new Map<string, Finding>();

  constructor(colours: Colours) {
    this.#colours = colours;
  }

  /** The lines for an event; none for most. */
  of(event: StageEvent): string[] {
    switch (event.event) {
      case "began":
        this.#begin(event);
        return [];
      case "ended":
        return this.#end(event);
      case "warned":
        return this.#warn(event);
      default:
        return [];
    }
  }

  /** The running stages in order of their start. */
  get running(): readonly RunningStage[] {
    return [...this.#running.values()];
  }

  #begin({ pid, script, task, time: began }: Extract<StageEvent, { event: "began" }>): void {
    const label = basename(script, ".ts");
    this.#running.set(pid, { pid, label, task: shortTask(task), began: Date.parse(began) });
  }

  #end(event: Ended): string[] {
    const stage = this.#running.get(event.pid);
    if (stage === undefined) return [];
    this.#running.delete(event.pid);
    const { label, task, began } = stage;
    // The clock may have been set back.
    const took = Math.max(0, Date.parse(event.time) - began);
    const seconds = `${(took / 1000).toFixed(1)} s`.padStart(8);
    const checks = (event.checks?.not_ok ?? [])
      .filter((check) => this.#isNew(check))
      .map((check) => this.#check(check));
    const counts = checksText(event.checks, checks.length);
    const what = [event.summary ?? "", counts].filter((text) => text !== "").join(", ");
    const name = what === "" ? label : `${label}: ${what}`;
    if (event.exit === 0)
      return [`${time(event)} ${this.#colours.green("ok")}     ${seconds}  ${name}`, ...checks];
    if (wasInterrupted(event.exit))
      return [`${time(event)} ${this.#colours.yellow("ended")}  ${seconds}  ${name} (${task}, interrupted)`];
    const heading = `${time(event)} ${this.#colours.red("FAILED")} ${seconds}  ${name} (${task}, exit ${event.exit})`;
    return [
      heading,
      ...(event.error === undefined ? [] : [`${INDENT}${this.#colours.red(event.error)}`]),
      ...checks,
    ];
  }

  #check({ name, severity, value, details }: NotOkCheck): string {
    const status = isFailure(severity) ? this.#colours.red("FAILED ") : this.#colours.yellow("warning");
    return `${INDENT}${status}  ${name} = ${value}: ${details}`;
  }

  /** Whether a check has something to report that wasn't shown: a finding, a failure that was a warning, another number. */
  #isNew({ name, severity, value, counts }: NotOkCheck): boolean {
    const { what, unit } = counts ?? { what: name, unit: "" };
    const known = this.#findings.get(what);
    if (known === undefined || (isFailure(severity) && !known.isFailure)) {
      this.#findings.set(what, { isFailure: isFailure(severity), values: new Map([[unit, value]]) });
      return true;
    }
    // A number in another unit can't be compared with the one shown.
    const before = known.values.get(unit);
    known.values.set(unit, value);
    return before !== undefined && before !== value;
  }

  #warn(event: Extract<StageEvent, { event: "warned" }>): string[] {
    const { message } = event;
    if (this.#warned.has(message)) return [];
    this.#warned.add(message);
    return [`${time(event)} ${this.#colours.yellow("warning:")} ${message}`];
  }
}

const isFailure = (severity: string) => severity === "CRITICAL";

const time = (event: StageEvent) => timeOfDay(new Date(event.time));

function checksText(checks: ChecksNote | undefined, shown: number): string {
  if (checks === undefined) return "";
  const { ok, not_ok: notOk } = checks;
  if (notOk.length === 0) return `${counted(ok, "check")} ok`;
  const above = notOk.length - shown;
  const which = above === 0 ? "" : shown === 0 ? " (shown above)" : ` (${above} shown above)`;
  return `${counted(ok, "check")} ok, ${notOk.length} not ok${which}`;
}
