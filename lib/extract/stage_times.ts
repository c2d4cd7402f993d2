/** What an extraction's threads are busy with. */
export const stages = ["decompress", "parse", "encode"] as const;
export type Stage = (typeof stages)[number];

/** How long each stage kept a thread busy, in seconds. Stages run at the same time: the sum may be more than the time. */
export type StageSeconds = Readonly<Record<Stage, number>>;

/** Adds up how long the stages of an extraction take. */
export class StageTimes {
  #seconds = { decompress: 0, parse: 0, encode: 0 };

  get seconds(): StageSeconds {
    return { ...this.#seconds };
  }

  /** Does a piece of a stage's work and adds its time, whatever becomes of it. */
  async time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#seconds[stage] += (performance.now() - started) / 1000;
    }
  }

  /** Adds what another thread was busy with. */
  add(seconds: StageSeconds): void {
    for (const stage of stages) this.#seconds[stage] += seconds[stage];
  }

  /** Gives what was added up, and begins anew. */
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
