import { exitCodeOf, INTERRUPTS } from "../cli/interrupt.ts";
import type { Logger } from "../cli/log.ts";

/** Records an interruption of the launcher while Digdag runs, which also gets the signal. */
export class Interruption {
  readonly #log: Logger;
  #signal: NodeJS.Signals | undefined;

  constructor(log: Logger) {
    this.#log = log;
    for (const signal of INTERRUPTS) process.on(signal, this.#notice);
  }

  /** The exit code of a workflow: Digdag's, unless the signal ended it. */
  exitCode(status: number): number {
    return status === 0 || this.#signal === undefined ? status : exitCodeOf(this.#signal);
  }

  forget(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#notice);
  }

  readonly #notice = (signal: NodeJS.Signals) => {
    if (this.#signal === undefined) this.#log.info("interrupted: ending the running steps");
    this.#signal ??= signal;
  };
}
