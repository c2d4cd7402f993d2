import { below, between, chance, pick, type Random } from "./random.ts";
import { ADJECTIVES, NOUNS, TEXT_WORDS, VERBS } from "./words.ts";

/** An invented title. */
export function title(random: Random): string {
  switch (below(random, 8)) {
    case 0:
      return pick(random, NOUNS);
    case 1:
      return `${pick(random, VERBS)} The ${pick(random, NOUNS)}`;
    case 2:
      return `${pick(random, NOUNS)} Of ${pick(random, NOUNS)}s`;
    case 3:
      return `${pick(random, VERBS)} Me ${pick(random, ADJECTIVES)}`;
    case 4:
      return `The ${pick(random, ADJECTIVES)} ${pick(random, NOUNS)} (Pt. ${between(random, 1, 4)})`;
    case 5:
      return `${pick(random, NOUNS)} & ${pick(random, NOUNS)}`;
    default:
      return `${pick(random, ADJECTIVES)} ${pick(random, NOUNS)}`;
  }
}

/** A sentence of `words` words. */
export function sentence(random: Random, words: number): string {
  let text = "";
  for (let word = 0; word < words; word += 1) text += `${text === "" ? "" : " "}${pick(random, TEXT_WORDS)}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Sentences, occasionally with line breaks as people type them: LF, CR LF, or an empty line. */
export function paragraphs(random: Random, sentences: number): string {
  const lineBreak = pick(random, ["\n", "\r\n", "\n\n", "\r\n\r\n"]);
  let text = sentence(random, between(random, 5, 16));
  for (let n = 1; n < sentences; n += 1) {
    text += (chance(random, 0.4) ? lineBreak : " ") + sentence(random, between(random, 5, 16));
  }
  return text;
}

const CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Characters as used in video ids. */
export function code(random: Random, length: number): string {
  let text = "";
  for (let n = 0; n < length; n += 1) text += CODE.charAt(below(random, CODE.length));
  return text;
}

/** A string of random digits. */
export function digits(random: Random, length: number): string {
  let text = "";
  for (let n = 0; n < length; n += 1) text += below(random, 10);
  return text;
}
