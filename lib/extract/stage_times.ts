/** The stages that keep an extraction's threads busy. */
export const stages = ["decompress", "parse", "encode"] as const;
/** Name of a stage. */
export type Stage = (typeof stages)[number];

/** Busy time per stage in thread seconds. Stages run concurrently, so the sum can exceed the elapsed time. */
export type StageSeconds = Readonly<Record<Stage, number>>;

/** Accumulates the time spent in each stage of an extraction. */
export class StageTimes {
  #seconds = { decompress: 0, parse: 0, encode: 0 };

  get seconds(): StageSeconds {
    return { ...this.#seconds };
  }

  /** Runs work of a stage and adds its time, even if it fails. */
  async time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#seconds[stage] += (performance.now() - started) / 1000;
    }
  }

  /** Adds the busy time of another thread. */
  add(seconds: StageSeconds): void {
    for (const stage of stages) this.#seconds[stage] += seconds[stage];
  }

  /** Returns the accumulated times and resets them. */
  take(): StageSeconds {
    const { seconds } = this;
    this.#seconds = { decompress: 0, parse: 0, encode: 0 };
    return seconds;
  }
}

/** `decompress 4.53 s, parse 8.12 s, encode 6.04 s` */
export function stagesText(seconds: StageSeconds): string {
  return stages.map((stage) => `${stage} ${seconds[stage].toFixed(2)} s`).join(", ");
}
