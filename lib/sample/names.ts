import {
  ADJECTIVES,
  ARABIC,
  ASTRAL,
  CITIES,
  CJK,
  CYRILLIC,
  FIRST_NAMES,
  HANGUL,
  HEBREW,
  KANA,
  NOUNS,
  SURNAME_HEADS,
  SURNAME_TAILS,
} from "./words.ts";
import type { World } from "./world.ts";

/**
 * Invented names by index. A name depends only on the seed and the index, so an entity has the same name
 * wherever it is referenced. Duplicate names get a trailing number as in the dumps, e.g. "Iris (2)".
 */

const NBSP = "\u00a0";
/** A prime that divides no list's length, so that its multiples cover all combinations. */
const STEP = 7919;

/** A way to combine words; `size` is the number of distinct names it yields. */
interface Pattern {
  lists: readonly (readonly string[])[];
  size: number;
  render(...words: string[]): string;
}

function pattern(lists: readonly (readonly string[])[], render: (...words: string[]) => string): Pattern {
  return { lists, size: lists.reduce((size, list) => size * list.length, 1), render };
}

/** The `nth` name of a pattern. Names are distinct up to `size`, then repeat with a number. */
function nthName({ lists, size, render }: Pattern, seed: number, nth: number): string {
  let rest = (nth * STEP + ((Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0)) % size;
  const words = lists.map((list) => {
    const word = list[rest % list.length] as string;
    rest = Math.floor(rest / list.length);
    return word;
  });
  const round = Math.floor(nth / size);
  return round === 0 ? render(...words) : `${render(...words)} (${round + 2})`;
}

const PERSON = [FIRST_NAMES, SURNAME_HEADS, SURNAME_TAILS];
const PREFIXES = ["DJ", "MC", "Lil", "Dr."];
const ACCENTS: Record<string, string> = { a: "á", e: "é", o: "ø", u: "ü" };

const person = pattern(PERSON, (first, head, tail) => `${first} ${head}${tail}`);
const accented = pattern(PERSON, (first, head, tail) =>
  `${first} ${head}${tail}`.replace(/[aeou]/, (vowel) => ACCENTS[vowel] ?? vowel),
);
const band = pattern([ADJECTIVES, NOUNS], (adjective, noun) => `The ${adjective} ${noun}s`);
const project = pattern([ADJECTIVES, NOUNS], (adjective, noun) => `${adjective} ${noun}`);
const disc = pattern([PREFIXES, NOUNS, SURNAME_HEADS], (prefix, noun, head) => `${prefix} ${noun} ${head}`);
const trio = pattern([ADJECTIVES, NOUNS, NOUNS], (first, second, third) => `${first}, ${second} & ${third}`);
const duo = pattern(
  [SURNAME_HEADS, SURNAME_TAILS, SURNAME_HEADS, SURNAME_TAILS],
  (head, tail, otherHead, otherTail) => `${head}${tail} / ${otherHead}${otherTail}`,
);
const orchestra = pattern(PERSON, (first, head, tail) => `${first} ${head}${tail} & His Orchestra`);
const japanese = pattern([CJK, CJK, KANA, KANA], (...letters) => letters.join(""));
const korean = pattern([HANGUL, HANGUL, HANGUL], (...letters) => letters.join(""));
const russian = pattern([CYRILLIC, CYRILLIC, CYRILLIC], (...syllables) => syllables.join(""));
const hebrew = pattern([HEBREW, HEBREW, HEBREW], (...parts) => parts.join(" "));
const arabic = pattern([ARABIC, ARABIC, ARABIC], (...parts) => parts.join(" "));
const unbroken = pattern([NOUNS, ...PERSON.slice(1)], (noun, head, tail) => `${noun}${NBSP}${head}${tail}`);
const astral = pattern([ASTRAL, ASTRAL, NOUNS], (one, two, noun) => `${one}${two} ${noun}`);

const records = pattern([NOUNS, NOUNS], (one, two) => `${one} ${two} Records`);
const recordings = pattern([ADJECTIVES, NOUNS], (adjective, noun) => `${adjective} ${noun} Recordings`);
const music = pattern(
  [SURNAME_HEADS, SURNAME_TAILS, NOUNS],
  (head, tail, noun) => `${head}${tail} ${noun} Music`,
);
const sons = pattern([CITIES, SURNAME_HEADS], (city, head) => `${city} ${head} & Sons, Inc.`);
const pressing = pattern([CITIES, SURNAME_HEADS], (city, head) => `${city} ${head} Pressing`);
const studio = pattern([NOUNS, CITIES], (noun, city) => `${noun} Studio / ${city}`);
const bare = pattern([ADJECTIVES, NOUNS], (adjective, noun) => adjective + noun.toLowerCase());
const japaneseLabel = pattern([CJK, CJK, KANA], (...letters) => `${letters.join("")}レコード`);

/**
 * Patterns used in turn: every n-th entity has the same one. "again" repeats the preceding name with a
 * number.
 */
type Cycle = readonly (Pattern | "again")[];

const ARTISTS: Cycle = [
  ...[person, person, band, person, project, person, trio, person, band, person],
  ...[person, accented, band, person, japanese, person, project, duo, person, band],
  ...[person, person, russian, band, person, hebrew, person, project, person, disc],
  ...[arabic, person, band, korean, person, unbroken, orchestra, astral, project, "again" as const],
];

const LABELS: Cycle = [
  ...[records, recordings, music, bare, records, sons, recordings, music, pressing, studio],
  ...[records, music, bare, japaneseLabel, recordings, records, music, bare, records, "again" as const],
];

/** Name of the artist at an index. */
export function artistName(world: World, index: number): string {
  return nameOf(ARTISTS, ARTIST_RANKS, world.seed, index);
}

/** Name of the label at an index. */
export function labelName(world: World, index: number): string {
  return nameOf(LABELS, LABEL_RANKS, world.seed, index);
}

/** A person's legal name, from a sequence of its own. */
export function realName(world: World, index: number): string {
  return nthName(person, world.seed + 1, index);
}

/**
 * For each position in a cycle: its rank among the positions of its pattern, their number, and the pattern's
 * salt.
 */
type Ranks = readonly { rank: number; places: number; salt: number }[];

function ranksOf(cycle: Cycle, salt: number): Ranks {
  return cycle.map((pattern, at) => ({
    salt: salt + cycle.indexOf(pattern),
    rank: cycle.slice(0, at).filter((other) => other === pattern).length,
    places: cycle.filter((other) => other === pattern).length,
  }));
}

const ARTIST_RANKS = ranksOf(ARTISTS, 100);
const LABEL_RANKS = ranksOf(LABELS, 200);

function nameOf(cycle: Cycle, ranks: Ranks, seed: number, index: number): string {
  const place = index % cycle.length;
  const pattern = cycle[place] as Pattern | "again";
  if (pattern === "again") return `${nameOf(cycle, ranks, seed, index - 1)} (2)`;
  const { rank, places, salt } = ranks[place] as Ranks[number];
  return nthName(pattern, seed + salt, Math.floor(index / cycle.length) * places + rank);
}
