import { below, between, chance, pick, type Random } from "./random.ts";

const LONG = ["1:02:03", "2:00:00", "74:33", "120:00"];
const UNREADABLE = ["4:61", "4:5", "1:75:00", "3'45\"", "ca. 4:00", "?", ":45", "4:05.5"];
/** Unusual forms of a duration. */
const UNUSUAL = ["0:00", "0:07", "04:30", "01:00:00"];

/** Every form of a duration, for the release that contains them all. */
export const DURATION_SHAPES: readonly string[] = [...LONG, ...UNREADABLE, ...UNUSUAL];

/** Duration text of a track: minutes and seconds, except for a few that are long or unreadable. */
export function duration(random: Random): string {
  if (chance(random, 0.006)) return pick(random, DURATION_SHAPES);
  const minutes = chance(random, 0.05) ? between(random, 9, 59) : between(random, 1, 8);
  return `${minutes}:${String(below(random, 60)).padStart(2, "0")}`;
}

/** Whether a duration has hours, or 60 minutes or more. */
export const isLong = (text: string): boolean => LONG.includes(text) || text === "01:00:00";
/** Whether a duration does not denote a number of seconds. */
export const isUnreadable = (text: string): boolean => UNREADABLE.includes(text);
