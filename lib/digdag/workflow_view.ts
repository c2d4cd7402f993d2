import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Colours } from "../cli/colours.ts";
import { hasCode } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { StageEvents } from "./stage_events.ts";
import { type RunningStage, StageLines } from "./stage_lines.ts";

const POLL_MS = 200;

/** The display of a running workflow: a line per ended stage, and the progress of running ones. */
export class WorkflowView {
  readonly #events: StageEvents;
  readonly #progress: string;
  readonly #log: Logger;
  readonly #lines: StageLines;
  readonly #timer: NodeJS.Timeout;

  /** @param progress directory in which each stage writes its progress, in a file named by its pid */
  constructor(events: StageEvents, progress: string, colours: Colours, log: Logger) {
    this.#events = events;
    this.#lines = new StageLines(colours);
    this.#progress = progress;
    this.#log = log;
    this.#timer = setInterval(() => this.#show(), POLL_MS);
  }

  /** Shows what remains and stops. */
  end(): void {
    clearInterval(this.#timer);
    this.#showEvents();
    this.#log.clear();
  }

  #show(): void {
    this.#showEvents();
    const { running } = this.#lines;
    if (running.length > 0)
      this.#log.progress(`running: ${running.map((stage) => this.#progressOf(stage)).join(" | ")}`);
  }

  #showEvents(): void {
    for (const event of this.#events.read()) {
      for (const line of this.#lines.of(event)) this.#log.line(line);
    }
  }

  #progressOf({ pid, label, began }: RunningStage): string {
    const seconds = Math.max(0, Math.round((Date.now() - began) / 1000));
    return noted(join(this.#progress, String(pid))) || `${label} ${seconds} s`;
  }
}

/** Empty until a stage has written anything. */
function noted(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}
