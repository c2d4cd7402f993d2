import { chance, pick, pickWeighted, type Random, weighted } from "./random.ts";

const ROLES = weighted<string>([
  ["Written-By", 30],
  ["Producer", 14],
  ["Composed By", 7],
  ["Vocals", 6],
  ["Lyrics By", 5],
  ["Guitar", 6],
  ["Drums", 5],
  ["Bass", 5],
  ["Mastered By", 5],
  ["Engineer", 4],
  ["Mixed By", 4],
  ["Arranged By", 4],
  ["Remix", 3],
  ["Piano", 3],
  ["Photography By", 3],
  ["Design", 3],
  ["Artwork", 3],
  ["Recorded By", 3],
  ["Backing Vocals", 3],
  ["Liner Notes", 2],
  ["Executive-Producer", 2],
  ["Producer, Written-By", 2],
  ["Keyboards, Synthesizer [Additional]", 1],
  ["Engineer [Assistant]", 2],
  ["Saxophone [Tenor], Flute", 1],
  ["Conductor", 1],
]);

/** Details that contain commas or nested brackets, precede the role, or are never closed. */
export const ODD_ROLES: readonly string[] = [
  "Producer [Executive], Mixed By [At A, B]",
  "[35 mm] Photography By",
  "Recorded By [At The Hall [Large Room], Live], Mixed By",
  "Guitar [Solo, Bass",
  "Other Credit], Bass",
  "Vocals [Lead], , [Uncredited]",
];

/** Role of a credit; sometimes a list, with or without details. */
export function role(random: Random): string {
  return chance(random, 0.004) ? pick(random, ODD_ROLES) : pickWeighted(random, ROLES);
}
