import type { Entity } from "../../lib/datasets/declaration.ts";

/** Names inside of a list element, each with an id where it has one: `name` or `id=name`. */
function names(list: string, entries: readonly string[]): string {
  if (entries.length === 0) return "";
  const items = entries.map((entry) => {
    const [, id, name = entry] = /^(?:(\d+)=)?(.*)$/.exec(entry) ?? [];
    return id === undefined ? `<name>${name}</name>` : `<name id="${id}">${name}</name>`;
  });
  return `<${list}>${items.join("")}</${list}>`;
}

interface ArtistLists {
  aliases?: string[];
  members?: string[];
  groups?: string[];
}

const artist = (id: number, name: string, { aliases = [], members = [], groups = [] }: ArtistLists = {}) =>
  `<artist><id>${id}</id><name>${name}</name><data_quality>Correct</data_quality>` +
  `${names("aliases", aliases)}${names("members", members)}${names("groups", groups)}</artist>`;

const label = (id: number, name: string, parent = "") =>
  `<label><id>${id}</id><name>${name}</name><data_quality>Correct</data_quality>${parent}</label>`;

const artists = (refs: readonly [id: number, name: string][]) =>
  `<artists>${refs.map(([id, name]) => `<artist><id>${id}</id><name>${name}</name></artist>`).join("")}</artists>`;

const master = (id: number, main: number, title: string, year: number, by: [number, string][]) =>
  `<master id="${id}"><main_release>${main}</main_release>${artists(by)}<year>${year}</year>` +
  `<title>${title}</title><data_quality>Correct</data_quality></master>`;

const texts = (list: string, tag: string, entries: readonly string[]) =>
  `<${list}>${entries.map((entry) => `<${tag}>${entry}</${tag}>`).join("")}</${list}>`;

interface ReleaseParts {
  title: string;
  by: [id: number, name: string][];
  on: [id: number, name: string, catno: string][];
  formats?: string[];
  genres: string[];
  styles?: string[];
  country?: string;
  released?: string;
  master?: number;
}

const release = (id: number, parts: ReleaseParts) =>
  [
    `<release id="${id}">${artists(parts.by)}<title>${parts.title}</title><labels>`,
    ...parts.on.map(([labelId, name, catno]) => `<label name="${name}" catno="${catno}" id="${labelId}"/>`),
    "</labels><formats>",
    ...(parts.formats ?? ["Vinyl"]).map((name) => `<format name="${name}" qty="1" text=""/>`),
    "</formats>",
    texts("genres", "genre", parts.genres),
    texts("styles", "style", parts.styles ?? []),
    parts.country === undefined ? "" : `<country>${parts.country}</country>`,
    parts.released === undefined ? "" : `<released>${parts.released}</released>`,
    `<data_quality>Correct</data_quality><master_id>${parts.master ?? 0}</master_id></release>`,
  ].join("");

const EWF: [number, string] = [3, "Earth, Wind &amp; Fire"];
const KRAFTWERK: [number, string] = [8, "Kraftwerk"];
const PERSUADER: [number, string] = [1, "The Persuader"];
const COLUMBIA = (catno: string): [number, string, string] => [2, "Columbia", catno];
const KLING_KLANG = (catno: string): [number, string, string] => [4, "Kling Klang", catno];

/**
 * A few records with known answers: two groups of which one names a member that is not in the dump, aliases that lead
 * nowhere, a label family, dates that are no years, and a compilation by nobody in particular.
 */
export const showcaseDumps: Readonly<Record<Entity, readonly string[]>> = {
  artist: [
    artist(1, "The Persuader", { aliases: ["2=Mr. James Barth", "77=Nobody Knows", "Lost One"] }),
    artist(2, "Mr. James Barth", { aliases: ["1=The Persuader"] }),
    artist(3, "Earth, Wind &amp; Fire", {
      members: ["5=Maurice White", "6=Verdine White", "70=Philip Bailey"],
    }),
    artist(5, "Maurice White", { groups: ["3=Earth, Wind &amp; Fire"] }),
    artist(6, "Verdine White", { groups: ["3=Earth, Wind &amp; Fire"] }),
    artist(8, "Kraftwerk", { members: ["9=Ralf Hütter"] }),
    artist(9, "Ralf Hütter", { groups: ["8=Kraftwerk", "71=Organisation"] }),
    artist(10, "Prince"),
    artist(11, "Prince (2)"),
    artist(12, "prince (13)"),
  ],
  label: [
    label(1, "Svek"),
    label(2, "Columbia"),
    label(3, "ARC (3)", '<parentLabel id="2">Columbia</parentLabel>'),
    label(4, "Kling Klang"),
    label(5, "Kling Klang Produkt", '<parentLabel id="4">Kling Klang</parentLabel>'),
    label(6, "Kling Klang Verlag", '<parentLabel id="4">Kling Klang</parentLabel>'),
    label(7, "Orphan", '<parentLabel id="212"/>'),
  ],
  master: [
    master(100, 1000, "Stockholm", 1999, [PERSUADER]),
    master(101, 1001, "That's The Way Of The World", 1975, [EWF]),
    master(102, 1003, "Autobahn", 1974, [KRAFTWERK]),
    master(103, 1007, "Raise!", 1981, [EWF]),
    master(104, 1008, "Undated", 0, [KRAFTWERK]),
    master(105, 9999, "Radio-Activity", 1975, [KRAFTWERK]),
  ],
  release: [
    release(1000, {
      title: "Stockholm",
      by: [PERSUADER],
      on: [[1, "Svek", "SK032"]],
      genres: ["Electronic"],
      styles: ["Deep House"],
      country: "Sweden",
      released: "1999-03-00",
      master: 100,
    }),
    release(1001, {
      title: "That's The Way Of The World",
      by: [EWF],
      on: [COLUMBIA("PC 33280")],
      genres: ["Funk / Soul"],
      styles: ["Soul", "Funk"],
      country: "US",
      released: "1975-03-15",
      master: 101,
    }),
    release(1002, {
      title: "That's The Way Of The World",
      by: [EWF],
      on: [COLUMBIA("CK 33280"), [3, "ARC (3)", "none"]],
      formats: ["CD"],
      genres: ["Funk / Soul"],
      styles: ["Soul"],
      country: "US",
      released: "1988",
      master: 101,
    }),
    release(1003, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [[9, "Philips", "6305 231"]],
      genres: ["Electronic"],
      styles: ["Krautrock", "Electro"],
      country: "Germany",
      released: "1974-11-00",
      master: 102,
    }),
    release(1004, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [KLING_KLANG("KLANG 101"), [5, "Kling Klang Produkt", "KLANG 101"]],
      formats: ["CD", "DVD"],
      genres: ["Electronic"],
      styles: ["Electro"],
      country: "Germany",
      released: "1985",
      master: 102,
    }),
    release(1005, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [KLING_KLANG("KLANG 201")],
      formats: ["CD"],
      genres: ["Electronic", "Folk, World, &amp; Country"],
      styles: ["Electro"],
      released: "1980s",
      master: 102,
    }),
    release(1006, {
      title: "Sounds Of The Decade",
      by: [[194, "Various"]],
      on: [COLUMBIA("none")],
      formats: ["CD"],
      genres: ["Electronic", "Funk / Soul"],
      styles: ["Soul", "Electro"],
      country: "UK",
      released: "?",
    }),
    release(1007, {
      title: "Raise!",
      by: [EWF],
      on: [[3, "ARC (3)", "TC 37548"]],
      genres: ["Funk / Soul"],
      styles: ["Disco"],
      country: "US",
      released: "1981-10-14",
      master: 103,
    }),
    release(1008, {
      title: "Undated",
      by: [KRAFTWERK, PERSUADER],
      on: [[6, "Kling Klang Verlag", ""]],
      genres: ["Electronic"],
      country: "Germany",
      released: "1981-13-99",
      master: 104,
    }),
  ],
};
