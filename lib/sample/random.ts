/**
 * State of a small random generator (mulberry32): the same seed, stream and key yield the same numbers
 * everywhere.
 */
export interface Random {
  state: number;
}

/** What a record's numbers are used for; the streams of a record are independent of each other. */
export type Stream =
  | "artist"
  | "artist_block"
  | "artist_change"
  | "label"
  | "label_block"
  | "label_change"
  | "master"
  | "master_work"
  | "master_change"
  | "release"
  | "release_work"
  | "release_change";

const STREAM_SALT: Record<Stream, number> = {
  artist: 0x1b873593,
  artist_block: 0x2545f491,
  artist_change: 0x165667b1,
  label: 0x3c6ef372,
  label_block: 0x4f6cdd1d,
  label_change: 0x27d4eb2f,
  master: 0x5851f42d,
  master_work: 0x6a09e667,
  master_change: 0x61c88647,
  release: 0x7f4a7c15,
  release_work: 0x8664f205,
  release_change: 0x7feb352d,
};

/** The generator of one record. The key is mixed bijectively, so no two keys of a stream share a state. */
export function randomFor(seed: number, stream: Stream, key: number): Random {
  return { state: mix(mix(seed ^ STREAM_SALT[stream]) ^ key) };
}

/** Next number in [0, 1). Uses only integer arithmetic, so results are exact on any machine. */
export function next(random: Random): number {
  random.state = (random.state + 0x6d2b79f5) | 0;
  let t = Math.imul(random.state ^ (random.state >>> 15), 1 | random.state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** An integer from 0 to `n - 1`. */
export const below = (random: Random, n: number): number => Math.floor(next(random) * n);

/** An integer from `low` to `high`, inclusive. */
export const between = (random: Random, low: number, high: number): number =>
  low + below(random, high - low + 1);

/** True with probability `p`. */
export const chance = (random: Random, p: number): boolean => next(random) < p;

/** A random item of a list. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T;

/**
 * A number from 1 to `n`, with small numbers far more frequent, like artists and labels in the dumps: the
 * density follows a power law with exponent -0.6. (Square roots are correctly rounded everywhere, powers are
 * not.)
 */
export function longTail(random: Random, n: number): number {
  const u = next(random);
  return 1 + Math.floor(u * u * Math.sqrt(u) * n);
}

/** Items with cumulative weights. */
export interface Weighted<T> {
  items: readonly T[];
  totals: readonly number[];
}

/** Turns pairs of item and weight into cumulative weights. */
export function weighted<T>(pairs: readonly (readonly [T, number])[]): Weighted<T> {
  let total = 0;
  const totals = pairs.map(([, weight]) => {
    total += weight;
    return total;
  });
  return { items: pairs.map(([item]) => item), totals };
}

/** A random item, chosen by weight. */
export function pickWeighted<T>(random: Random, { items, totals }: Weighted<T>): T {
  const at = next(random) * (totals.at(-1) ?? 0);
  return items[totals.findIndex((total) => at < total)] as T;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
