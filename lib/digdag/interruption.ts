import { exitCodeOf, INTERRUPTS } from "../cli/interrupt.ts";
import type { Logger } from "../cli/log.ts";

/** Notices when the launcher is interrupted while Digdag runs, to which the signal is passed on. */
export class Interruption {
  readonly #log: Logger;
  #signal: NodeJS.Signals | undefined;

  constructor(log: Logger) {
    this.#log = log;
    for (const signal of INTERRUPTS) process.on(signal, this.#notice);
  }

  /** The exit code of a workflow: that of Digdag, unless it was ended by the signal. */
  exitCode(status: number): number {
    return status === 0 || this.#signal === undefined ? status : exitCodeOf(this.#signal);
  }

  forget(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#notice);
  }

  readonly #notice = (signal: NodeJS.Signals) => {
    if (this.#signal === undefined) this.#log.info("interrupted: ending the steps that run");
    this.#signal ??= signal;
  };
}
