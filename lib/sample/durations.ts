import { below, between, chance, pick, type Random } from "./random.ts";

const LONG = ["1:02:03", "2:00:00", "74:33", "120:00"];
const UNREADABLE = ["4:61", "4:5", "1:75:00", "3'45\"", "ca. 4:00", "?", ":45", "4:05.5"];
/** Other forms of a number of seconds. */
const UNUSUAL = ["0:00", "0:07", "04:30", "01:00:00"];

/** Every shape of a duration, for the release that holds them all. */
export const DURATION_SHAPES: readonly string[] = [...LONG, ...UNREADABLE, ...UNUSUAL];

/** A track's duration as it is written: minutes and seconds, but for a few that are long or can't be read. */
export function duration(random: Random): string {
  if (chance(random, 0.006)) return pick(random, DURATION_SHAPES);
  const minutes = chance(random, 0.05) ? between(random, 9, 59) : between(random, 1, 8);
  return `${minutes}:${String(below(random, 60)).padStart(2, "0")}`;
}

export const isLong = (text: string): boolean => LONG.includes(text) || text === "01:00:00";
export const isUnreadable = (text: string): boolean => UNREADABLE.includes(text);
