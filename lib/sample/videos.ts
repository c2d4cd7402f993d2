import { between, chance, type Random } from "./random.ts";
import { note, type Tally } from "./tally.ts";
import { code, sentence } from "./texts.ts";
import type { World } from "./world.ts";
import { element, list, optional } from "./xml.ts";

/**
 * Probability that a record has videos, and their maximum number. Together they come to three million for a
 * million releases and their masters.
 */
const SHARES: Record<"release" | "master", readonly [share: number, most: number]> = {
  release: [0.64, 9],
  master: [0.57, 7],
};

/** What the videos of a record show: tracks by an artist. */
export interface Shown {
  artist: string;
  titles: readonly string[];
}

/** `<videos>` of a release or master. */
export function videos(
  world: World,
  tally: Tally,
  random: Random,
  entity: keyof typeof SHARES,
  shown: Shown,
): string {
  const [share, most] = SHARES[entity];
  if (!chance(random, share)) return "";
  const some = shown.titles.slice(0, between(random, 1, most));
  return list(
    "videos",
    some.map((title) => video(world, tally, random, `${shown.artist} - ${title}`)),
  );
}

function video({ shape }: World, tally: Tally, random: Random, title: string): string {
  const source = `https://www.youtube.com/watch?v=${code(random, 11)}`;
  const embed = !chance(random, 0.02);
  note(tally, "video_not_embeddable", !embed);
  const child = shape.empty ? element : optional;
  return [
    `<video src="${source}" duration="${between(random, 90, 600)}" embed="${embed}">`,
    element("title", title),
    child("description", description(random, title)),
    "</video>",
  ].join("");
}

function description(random: Random, title: string): string {
  if (chance(random, 0.45)) return "";
  if (chance(random, 0.5)) return title;
  if (chance(random, 0.8)) return sentence(random, between(random, 3, 9));
  const year = between(random, 1990, 2025);
  return [
    "Provided by the label",
    title,
    `℗ ${year} ${sentence(random, 3)}`,
    `Released on: ${year}-01-01`,
  ].join("\n\n");
}
