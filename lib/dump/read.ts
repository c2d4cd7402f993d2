/** Reads at least one byte into memory; returns how many, 0 at the end. */
export type Read = (into: Uint8Array) => Promise<number>;
