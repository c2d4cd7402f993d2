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

const INDENT = " ".repeat(9);
type Ended = Extract<StageEvent, { event: "ended" }>;

/**
 * Turns the events of a workflow into the lines it shows: one per ended stage, and each warning and check that is not ok once,
 * however many stages report it.
 */
export class StageLines {
  readonly #colours: Colours;
  readonly #running = new Map<number, RunningStage>();
  readonly #shown = new Set<string>();

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
        return this.#once(
          event.message,
          `${time(event)} ${this.#colours.yellow("warning:")} ${event.message}`,
        );
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
    const seconds = `${((Date.parse(event.time) - began) / 1000).toFixed(1)} s`.padStart(8);
    const checks = (event.checks?.not_ok ?? []).flatMap((check) => this.#check(check));
    const counts = checksText(event.checks, checks.length > 0);
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

  #check({ name, severity, value, details }: NotOkCheck): string[] {
    const isFailure = severity === "CRITICAL";
    const status = isFailure ? this.#colours.red("FAILED ") : this.#colours.yellow("warning");
    return this.#once(`${name} ${value}`, `${INDENT}${status}  ${name} = ${value}: ${details}`);
  }

  #once(key: string, line: string): string[] {
    if (this.#shown.has(key)) return [];
    this.#shown.add(key);
    return [line];
  }
}

const time = (event: StageEvent) => timeOfDay(new Date(event.time));

function checksText(checks: ChecksNote | undefined, areShown: boolean): string {
  if (checks === undefined) return "";
  const { ok, not_ok: notOk } = checks;
  const others = notOk.length === 0 ? "" : `, ${notOk.length} not ok${areShown ? "" : " (shown above)"}`;
  return `${counted(ok, "check")} ok${others}`;
}
