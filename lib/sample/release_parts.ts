import { HUGE_QTY_RELEASE } from "./ids.ts";
import { between, chance, next, pick, pickWeighted, type Random } from "./random.ts";
import { pickLabel } from "./references.ts";
import { note, type Tally } from "./tally.ts";
import { digits } from "./texts.ts";
import { CD, EXTRA_DESCRIPTIONS, FORMAT_TEXTS, MEDIA_UNTIL, type Medium } from "./vocabulary.ts";
import type { World } from "./world.ts";
import { element, escapeAttribute, list } from "./xml.ts";

/** Index of the release with 168 CDs. */
export const BOX_RELEASE = 31;
/** Number of CDs in the box set. */
export const BOX_DISCS = 168;
/** Index of a release with several formats. */
const SET_RELEASE = 45;
/** Exceeds a signed 64-bit integer. */
const HUGE_QTY = "99999999999999999999";

/** Chooses a medium that was in use in the given year. */
export function mediumOf(random: Random, index: number, year: number): Medium {
  if (index === BOX_RELEASE) return CD;
  const media = MEDIA_UNTIL.find(([until]) => year <= until) ?? MEDIA_UNTIL[0];
  return pickWeighted(random, (media as (typeof MEDIA_UNTIL)[number])[1]);
}

/** `<formats>`: usually one format, sometimes two or three; some have neither descriptions nor a text. */
export function formats(world: World, tally: Tally, random: Random, index: number, medium: Medium): string {
  const qty = quantity(random, index);
  note(tally, "release_qty_beyond_64_bits", qty === HUGE_QTY);
  note(tally, "release_168_cds", index === BOX_RELEASE);
  const text = chance(random, 0.12) ? pick(random, FORMAT_TEXTS) : "";
  const extra = chance(random, 0.3) ? [pick(random, EXTRA_DESCRIPTIONS)] : [];
  const items = [format(world, medium.name, qty, text, [...medium.descriptions, ...extra])];
  if (chance(random, 0.03) || index === SET_RELEASE) {
    items.push(format(world, "DVD", "1", "", ["DVD-Video"]), format(world, "All Media", "1", "", []));
  }
  note(tally, "format_of_several", items.length > 1);
  return list("formats", items);
}

function format(
  { shape }: World,
  name: string,
  qty: string,
  text: string,
  descriptions: readonly string[],
): string {
  const written = text === "" && !shape.empty ? "" : ` text="${escapeAttribute(text)}"`;
  const items = descriptions.map((description) => element("description", description));
  return `<format name="${name}" qty="${qty}"${written}>${list("descriptions", items)}</format>`;
}

function quantity(random: Random, index: number): string {
  if (index === HUGE_QTY_RELEASE.index) return HUGE_QTY;
  if (index === BOX_RELEASE) return String(BOX_DISCS);
  return chance(random, 0.08) ? "2" : "1";
}

/** `<labels>`: catalogue numbers as printed, "none" if there is none, some containing a TAB. */
export function labels(world: World, tally: Tally, random: Random, index: number, limit: number): string {
  const { id, name } = pickLabel(world, random, limit);
  const catnos = Array.from({ length: chance(random, 0.12) ? 2 : 1 }, () => catno(random, name));
  if (index % 400 === 38) catnos.push("EDITION\t38");
  const items = catnos.map((text) => {
    note(tally, "catno_with_tab", text.includes("\t"));
    return `<label name="${escapeAttribute(name)}" catno="${escapeAttribute(text)}" id="${id}"/>`;
  });
  return `<labels>${items.join("")}</labels>`;
}

function catno(random: Random, label: string): string {
  if (chance(random, 0.1)) return "none";
  const letters = label.replace(/[^A-Z]/g, "").slice(0, 3);
  return `${letters}${pick(random, [" ", "-", "", "."])}${digits(random, between(random, 3, 6))}`;
}

/** `<series>`, on a few releases. */
export function series(world: World, random: Random, limit: number): string {
  if (!chance(random, 0.06)) return "";
  const { id, name } = pickLabel(world, random, limit);
  const volume = between(random, 1, 60);
  return `<series><series name="${escapeAttribute(name)}" catno="Vol. ${volume}" id="${id}"/></series>`;
}

/**
 * Text of `<released>`; undefined if the element is absent. Includes years, full dates, months with or
 * without a day 00, empty texts, impossible days and junk, as people typed them.
 */
export function released(random: Random, index: number, year: number): string | undefined {
  const kind = next(random);
  const month = String(between(random, 1, 12)).padStart(2, "0");
  const day = String(between(random, 1, 28)).padStart(2, "0");
  if (index % 2500 === 33) return "1980s";
  if (index % 2500 === 48) return "1999-13-01";
  if (index % 2500 === 49) return "1999-02-31";
  if (index % 1000 === 50) return "1999-07";
  if (index % 1000 === 34) return "";
  if (year === 0 || kind < 0.13) return undefined;
  if (kind < 0.52) return String(year);
  return kind < 0.9 ? `${year}-${month}-${day}` : `${year}-${month}-00`;
}

/** Counts a `<released>` text by its form. */
export function countReleased(tally: Tally, text: string | undefined): void {
  note(tally, "release_without_released", text === undefined);
  if (text === undefined) return;
  const kinds = [/^$/, /^\d{4}$/, /^\d{4}-\d\d-00$/, /^\d{4}-\d\d$/, /^\d{4}-(0\d|1[0-2])-\d\d$/];
  const names = [
    "released_empty",
    "released_year",
    "released_month_00",
    "released_month",
    "released_full_date",
  ] as const;
  note(tally, names[kinds.findIndex((kind) => kind.test(text))] ?? "released_junk");
}
