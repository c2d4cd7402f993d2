import { labelsV10 } from "../datasets/labels_v10.ts";
import { absentId, labelId, NAMELESS_LABEL } from "./ids.ts";
import { images } from "./images.ts";
import { labelName } from "./names.ts";
import { between, chance, next, pick, pickWeighted, type Random, randomFor } from "./random.ts";
import { labelReference } from "./references.ts";
import { expectRow, note, type Tally } from "./tally.ts";
import { digits, paragraphs } from "./texts.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import { CITIES, NOUNS } from "./words.ts";
import type { World } from "./world.ts";
import { element, escapeText, optional } from "./xml.ts";

/** Parents and sublabels are within one block of this many labels; the first label is the parent. */
const BLOCK = 6;

/**
 * Renders the `<label>` at `index` (starting at 1) as one string without a final newline, and counts it in
 * `tally`.
 */
export function labelRecord(world: World, index: number, tally: Tally): string {
  const random = randomFor(world.seed, "label", index);
  const nameless = index === NAMELESS_LABEL.index;
  const id = labelId(index);
  countLabel(world, tally, index);
  return [
    "<label>",
    images(world, random, "label", id),
    element("id", String(id)),
    nameless ? "" : element("name", labelName(world, index)),
    optional("contactinfo", chance(random, 0.15) ? contact(random) : ""),
    optional("profile", chance(random, 0.25) || hasTab(index) ? profileText(random, index) : ""),
    element("data_quality", pickWeighted(random, DATA_QUALITIES)),
    parent(world, index),
    urls(random, index, world.shape.empty),
    sublabels(world, index),
    "</label>",
  ].join("");
}

/** About 4.5 % of labels have the nameless label as their parent. */
const hasNamelessParent = (index: number): boolean => index % 22 === 5;

function parentIndex(world: World, index: number): number | undefined {
  if (hasNamelessParent(index)) return NAMELESS_LABEL.index;
  const first = index - ((index - 1) % BLOCK);
  return sublabelIndices(world, first).includes(index) ? first : undefined;
}

function sublabelIndices(world: World, index: number): number[] {
  if (index % BLOCK !== 1 || isNamelessBlock(index)) return [];
  const random = randomFor(world.seed, "label_block", index);
  if (next(random) >= 0.25) return [];
  const indices = Array.from({ length: between(random, 1, BLOCK - 1) }, (_, n) => index + 1 + n);
  return indices.filter((other) => !hasNamelessParent(other));
}

const isNamelessBlock = (first: number): boolean =>
  first <= NAMELESS_LABEL.index && NAMELESS_LABEL.index < first + BLOCK;

function parent(world: World, index: number): string {
  const other = parentIndex(world, index);
  if (other === undefined) return "";
  const { id, name } = labelReference(world, other);
  const open = `<parentLabel id="${id}"`;
  return other === NAMELESS_LABEL.index ? `${open}/>` : `${open}>${escapeText(name)}</parentLabel>`;
}

function sublabels(world: World, index: number): string {
  const known = sublabelIndices(world, index).map((other) => labelReference(world, other));
  const others = hasAbsentSublabel(index)
    ? [...known, { id: absentId(index), name: "Deleted Label" }]
    : known;
  if (others.length === 0) return "";
  const items = others.map(({ id, name }) => `<label id="${id}">${escapeText(name)}</label>`);
  return `<sublabels>${items.join("")}</sublabels>`;
}

const hasAbsentSublabel = (index: number): boolean => index % 300 === 46;

/** Recent dumps write `<urls/>` for a label without URLs. */
function urls(random: Random, index: number, old: boolean): string {
  const count = chance(random, 0.3) ? between(random, 1, 3) : 0;
  if (count === 0) return old ? "" : "<urls/>";
  const items = Array.from({ length: count }, (_, n) =>
    element("url", `https://example.com/label/${index}/${n}`),
  );
  return `<urls>${items.join("")}</urls>`;
}

function contact(random: Random): string {
  const city = pick(random, CITIES);
  const street = `${between(random, 1, 300)} ${pick(random, NOUNS)} Street`;
  return `${street}\r\n${digits(random, 5)} ${city}\r\n\r\nPhone: +${digits(random, 10)}\r\n`;
}

function profileText(random: Random, index: number): string {
  const text = paragraphs(random, between(random, 1, 3));
  return hasTab(index) ? `Founded\tin ${text}` : text;
}

const hasTab = (index: number): boolean => index % 250 === 25;

function countLabel(world: World, tally: Tally, index: number): void {
  const nameless = index === NAMELESS_LABEL.index;
  expectRow(tally, labelsV10, nameless ? ["name"] : []);
  note(tally, "label_without_name", nameless);
  note(tally, "parent_label_without_text", parentIndex(world, index) === NAMELESS_LABEL.index);
  note(tally, "sublabel_of_absent_label", hasAbsentSublabel(index));
  for (const other of sublabelIndices(world, index)) {
    note(tally, "sublabel_of_absent_label", other > world.counts.labels);
  }
}
