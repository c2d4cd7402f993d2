/** Lets at most so many pieces of work run at the same time; the others wait in order, urgent ones first. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `work` as soon as there is a slot. */
  async use<T>(work: () => Promise<T>, isUrgent = false): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(isUrgent);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #wait(isUrgent: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (isUrgent) this.#waiting.unshift(resolve);
      else this.#waiting.push(resolve);
    });
  }
}
