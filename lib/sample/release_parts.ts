import { HUGE_QTY_RELEASE } from "./ids.ts";
import { between, chance, next, pick, pickWeighted, type Random } from "./random.ts";
import { pickLabel } from "./references.ts";
import { note, type Tally } from "./tally.ts";
import { digits, sentence } from "./texts.ts";
import {
  CD,
  COMPANY_TYPES,
  EXTRA_DESCRIPTIONS,
  FORMAT_TEXTS,
  IDENTIFIER_TYPES,
  MEDIA_UNTIL,
  type Medium,
  RIGHTS_SOCIETIES,
} from "./vocabulary.ts";
import type { World } from "./world.ts";
import { element, escapeAttribute, list } from "./xml.ts";

/** Index of the release with 168 CDs. */
export const BOX_RELEASE = 31;
export const BOX_DISCS = 168;
/** More than a signed 64-bit integer holds. */
const HUGE_QTY = "99999999999999999999";

export function mediumOf(random: Random, index: number, year: number): Medium {
  if (index === BOX_RELEASE) return CD;
  const media = MEDIA_UNTIL.find(([until]) => year <= until) ?? MEDIA_UNTIL[0];
  return pickWeighted(random, (media as (typeof MEDIA_UNTIL)[number])[1]);
}

/** `<formats>`: one format, now and then with a second medium of the same kind. */
export function formats(tally: Tally, random: Random, index: number, medium: Medium): string {
  const text = chance(random, 0.12) ? pick(random, FORMAT_TEXTS) : "";
  const extra = chance(random, 0.3) ? [pick(random, EXTRA_DESCRIPTIONS)] : [];
  const qty = quantity(random, index);
  note(tally, "release_qty_beyond_64_bits", qty === HUGE_QTY);
  note(tally, "release_168_cds", index === BOX_RELEASE);
  const descriptions = [...medium.descriptions, ...extra].map((description) =>
    element("description", description),
  );
  const attributes = `name="${medium.name}" qty="${qty}" text="${escapeAttribute(text)}"`;
  return `<formats><format ${attributes}><descriptions>${descriptions.join("")}</descriptions></format></formats>`;
}

function quantity(random: Random, index: number): string {
  if (index === HUGE_QTY_RELEASE.index) return HUGE_QTY;
  if (index === BOX_RELEASE) return String(BOX_DISCS);
  return chance(random, 0.08) ? "2" : "1";
}

/** `<labels>`: catalogue numbers as they are printed, "none" where there is none, some with a TAB. */
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
 * The text of `<released>`: undefined where there is no such element. Years, full dates, months without a day,
 * empty ones and junk, as people typed them.
 */
export function released(random: Random, index: number, year: number): string | undefined {
  const kind = next(random);
  const month = String(between(random, 1, 12)).padStart(2, "0");
  const day = String(between(random, 1, 28)).padStart(2, "0");
  if (index % 2500 === 33) return "1980s";
  if (index % 1000 === 34) return "";
  if (year === 0 || kind < 0.13) return undefined;
  if (kind < 0.52) return String(year);
  return kind < 0.9 ? `${year}-${month}-${day}` : `${year}-${month}-00`;
}

export function countReleased(tally: Tally, text: string | undefined): void {
  note(tally, "release_without_released", text === undefined);
  if (text === undefined) return;
  const kinds = [/^$/, /^\d{4}$/, /^\d{4}-\d\d-00$/, /^\d{4}-\d\d-\d\d$/];
  const names = ["released_empty", "released_year", "released_month_00", "released_full_date"] as const;
  note(tally, names[kinds.findIndex((kind) => kind.test(text))] ?? "released_junk");
}

export function identifiers(random: Random): string {
  if (!chance(random, 0.6)) return "";
  return list(
    "identifiers",
    Array.from({ length: between(random, 1, 6) }, (_, n) => identifier(random, n)),
  );
}

function identifier(random: Random, n: number): string {
  const type = pickWeighted(random, IDENTIFIER_TYPES);
  const description = chance(random, 0.5) ? ` description="${describe(type, n)}"` : "";
  return `<identifier type="${type}"${description} value="${escapeAttribute(identifierValue(random, type))}"/>`;
}

const describe = (type: string, n: number): string =>
  type === "Matrix / Runout" ? `Side ${n % 2 === 0 ? "A" : "B"}, variant ${1 + (n >> 1)}` : "Text";

function identifierValue(random: Random, type: string): string {
  if (type === "Rights Society") return pick(random, RIGHTS_SOCIETIES);
  if (type === "Barcode") return digits(random, 13);
  if (type === "Matrix / Runout") return `${digits(random, 4)} ${sentence(random, 2)} <${digits(random, 3)}>`;
  return `${pick(random, ["LC", "IFPI", "PM", "AB"])} ${digits(random, 4)}`;
}

/** `<companies>`: labels in other roles; a few have no id. */
export function companies(world: World, tally: Tally, random: Random, limit: number): string {
  if (!chance(random, 0.55)) return "";
  const items = Array.from({ length: between(random, 1, 7) }, () => company(world, tally, random, limit));
  return `<companies>${items.join("")}</companies>`;
}

function company(world: World, tally: Tally, random: Random, limit: number): string {
  const { id, name } = pickLabel(world, random, limit);
  const [type, typeName] = pickWeighted(random, COMPANY_TYPES);
  const anonymous = chance(random, 0.02);
  const old = world.vintage === "2020-08";
  note(tally, "company_without_id", anonymous);
  return [
    anonymous ? "<company>" : `<company><id>${id}</id>`,
    element("name", name),
    old ? "<catno/>" : "",
    `<entity_type>${type}</entity_type><entity_type_name>${typeName}</entity_type_name>`,
    old && !anonymous ? `<resource_url>https://api.discogs.com/labels/${id}</resource_url>` : "",
    "</company>",
  ].join("");
}
