import fc from "fast-check";
import type { Entity } from "../../../datasets/declaration.ts";
import { type KnownElement, knownElements } from "../../../datasets/known_elements.ts";
import { type ByteChange, byteChanges, changedBytes } from "../../../testing/byte_changes.ts";

// Records that dumps could have: all known content, present or absent, with texts that are hard to read.

const WORDS = [
  "a",
  "Ä b",
  "日本",
  "😀",
  ", ",
  "; ",
  " [x] ",
  " : ",
  "a\nb",
  "\u00a0",
  "\u2003x",
  "\u200b",
  "&amp;",
  "&#13;",
];
const NUMBERS = [
  "0",
  "1",
  "2",
  "007",
  "2147483648",
  "9223372036854775807",
  "9223372036854775808",
  "-1",
  "1.5",
];
const FORMS = [
  "true",
  "false",
  "TRUE",
  "3:45",
  "1:02:03",
  "4:61",
  "1999",
  "1999-00-00",
  "1999-12-31",
  "A [B, C], D",
];

const word = fc.constantFrom(...WORDS);
const value = fc.oneof(
  { arbitrary: fc.array(word, { maxLength: 3 }).map((words) => words.join("")), weight: 4 },
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 3 },
  { arbitrary: fc.constantFrom(...FORMS), weight: 2 },
  { arbitrary: fc.constantFrom("", " ", "\t\n", "<![CDATA[<c>]]>", "<!-- c -->", "&#x20;"), weight: 1 },
);
const attributeValue = value.map((text) => text.replace(/<.*>/, "&lt;").replaceAll('"', ""));

const unknown = fc.constantFrom("<new>x</new>", "<new a='1'/>", "stray", "<!-- nothing -->");

/** A record of known content; with `oddities`, occasionally also of unknown content. */
export function generatedRecord(entity: Entity, oddities: boolean): fc.Arbitrary<string> {
  return new Generator(entity, oddities).element(entity, knownElements[entity], true);
}

class Generator {
  /** Whether to add an oddity: about once in a hundred times. */
  readonly #rarely: fc.Arbitrary<boolean>;
  readonly #recordId: fc.Arbitrary<string>;

  constructor(entity: Entity, oddities: boolean) {
    // Only labels may share an id.
    this.#recordId = fc.oneof(
      {
        arbitrary: entity === "label" ? fc.nat(20).map(String) : fc.noBias(fc.nat()).map(String),
        weight: 20,
      },
      { arbitrary: fc.constantFrom("", "x", "-1", "9223372036854775808"), weight: 1 },
    );
    this.#rarely = oddities
      ? fc.integer({ min: 0, max: 99 }).map((number) => number === 0)
      : fc.constant(false);
  }

  element(name: string, known: KnownElement, isRecord = false): fc.Arbitrary<string> {
    const parts = fc.tuple(this.#attributes(known, isRecord), this.#content(known, isRecord));
    return parts.map(([text, content]) =>
      content === "" ? `<${name}${text}/>` : `<${name}${text}>${content}</${name}>`,
    );
  }

  #content(known: KnownElement, isRecord: boolean): fc.Arbitrary<string> {
    if (known.content === "text") return value;
    if (known.content === "elements") return this.#children(known, isRecord);
    return fc.tuple(this.#rarely, value).map(([isThere, text]) => (isThere ? text : ""));
  }

  #attributes({ attributes: names }: KnownElement, isRecord: boolean): fc.Arbitrary<string> {
    const known = names.map((name) =>
      fc
        .option(name === "id" && isRecord ? this.#recordId : attributeValue)
        .map((text) => (text === null ? "" : ` ${name}="${text}"`)),
    );
    const other = fc
      .tuple(this.#rarely, attributeValue)
      .map(([isThere, text]) => (isThere ? ` new="${text}"` : ""));
    return fc.tuple(other, ...known).map((all) => all.join(""));
  }

  /** The known children, each several times or not at all, and rarely in a different order. */
  #children(known: KnownElement, isRecord: boolean): fc.Arbitrary<string> {
    const each = Object.entries(known.children).map(([name, child]) => {
      const isId = isRecord && name === "id";
      const one = isId ? this.#recordId.map((text) => `<id>${text}</id>`) : this.element(name, child);
      return child.repeats ? fc.array(one, { maxLength: 3 }) : this.#single(one);
    });
    const extra = fc.tuple(this.#rarely, unknown).map(([isThere, text]) => (isThere ? [text] : []));
    // Repeated siblings, such as ids and names of members, occur in any order; others rarely.
    const isMixed = Object.values(known.children).every(({ repeats }) => repeats);
    const keys = fc.array(fc.nat(), { minLength: 100, maxLength: 100 });
    return fc
      .tuple(isMixed ? fc.constant(true) : this.#rarely, keys, extra, ...each)
      .map(([isShuffled, order, ...lists]) => {
        const all = lists.flat();
        return (isShuffled ? shuffled(all, order) : all).join("");
      });
  }

  /** One or none, or a second one as an oddity. */
  #single(one: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
    return fc
      .tuple(fc.integer({ min: 0, max: 3 }), this.#rarely, one, one)
      .map(([number, isTwice, first, second]) => (number === 0 ? [] : isTwice ? [first, second] : [first]));
  }
}

function shuffled(all: readonly string[], keys: readonly number[]): string[] {
  const keyed = all.map((text, index) => ({ text, key: keys[index] ?? index }));
  return keyed.sort((one, other) => one.key - other.key).map(({ text }) => text);
}

/** A few bytes of a record inserted, removed or changed; usually none. */
export const mutations = byteChanges(
  fc.oneof(fc.constantFrom(...Buffer.from("<>/&;\"'=] \n!?-x0")), fc.integer({ min: 0x20, max: 0x7e })),
  2,
);

/** The text with some of its bytes changed. */
export function mutated(text: string, changes: readonly ByteChange[]): string {
  return changedBytes(text, changes).toString("utf8");
}
