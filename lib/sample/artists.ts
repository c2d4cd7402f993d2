import { artistAliasesV1 } from "../datasets/artist_aliases_v1.ts";
import { artistMembershipsV1 } from "../datasets/artist_memberships_v1.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { type ArtistRelations, artistRelations } from "./artist_relations.ts";
import { artistId } from "./ids.ts";
import { images } from "./images.ts";
import { realName } from "./names.ts";
import { between, chance, pickWeighted, type Random, randomFor } from "./random.ts";
import { artistReference, type Reference } from "./references.ts";
import { expectRow, note, type Tally } from "./tally.ts";
import { paragraphs } from "./texts.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import type { World } from "./world.ts";
import { element, escapeText, list, optional } from "./xml.ts";

/** The `<artist>` at `index` (from 1), in one string without a line end; counts it in `tally`. */
export function artistRecord(world: World, index: number, tally: Tally): string {
  const random = randomFor(world.seed, "artist", index);
  const { id, name } = artistReference(world, index);
  const relations = artistRelations(world, index);
  countArtist(tally, name);
  countRelations(world, tally, name, relations);
  const known = name !== "" && chance(random, 0.3);
  const old = world.vintage === "2020-08";
  const hasProfile = chance(random, known ? 0.6 : 0.06) || hasTab(index);
  const profile = hasProfile ? profileText(random, index) : "";
  return [
    "<artist>",
    images(world, random, known ? 0.8 : 0.1),
    element("id", String(id)),
    optional("name", name),
    optional("realname", known ? realName(world, index) : ""),
    old ? element("profile", profile) : optional("profile", profile),
    element("data_quality", pickWeighted(random, DATA_QUALITIES)),
    list("urls", known ? urls(random, index) : []),
    list("namevariations", known ? variations(random, name) : []),
    references("aliases", relations.aliases, false),
    references("members", relations.members, old),
    references("groups", relations.groups, false),
    "</artist>",
  ].join("");
}

/** A list of references; the dumps until 2024 repeat the ids of members as elements beside the names. */
function references(list: string, items: readonly Partial<Reference>[], ids: boolean): string {
  if (items.length === 0) return "";
  const names = items.map(({ id, name = "" }) => {
    const repeated = ids && id !== undefined ? `<id>${id}</id>` : "";
    const open = id === undefined ? "<name" : `<name id="${id}"`;
    return `${repeated}${open}${name === "" ? "/>" : `>${escapeText(name)}</name>`}`;
  });
  return `<${list}>${names.join("")}</${list}>`;
}

function profileText(random: Random, index: number): string {
  const text = paragraphs(random, between(random, 1, 4));
  return hasTab(index) ? `Born:\t${text}` : text;
}

const hasTab = (index: number): boolean => index % 300 === 150;

function urls(random: Random, index: number): string[] {
  const sites = ["example.com/artist", "example.org/music", "example.net/band", "example.com/wiki"];
  return Array.from({ length: between(random, 0, 3) }, (_, n) =>
    element("url", `https://${sites[n]}/${index}?a=1&b=${n}`),
  );
}

/** Other spellings of a name, as they are credited. */
function variations(random: Random, name: string): string[] {
  const [first = "", ...rest] = name.replace(/ \(\d+\)$/, "").split(" ");
  const last = rest.join(" ");
  const forms = [
    `${[...first][0]}. ${last}`,
    last,
    `${first}${last}`,
    `${last}, ${first}`,
    name.toUpperCase(),
  ];
  const from = between(random, 0, 3);
  const spellings = forms.slice(from, from + between(random, 0, 3));
  return spellings.filter((form) => form !== "" && form !== name).map((form) => element("name", form));
}

function countArtist(tally: Tally, name: string): void {
  expectRow(tally, artistsV1, name === "" ? ["name"] : []);
  note(tally, "artist_without_name", name === "");
  note(tally, "artist_name_with_comma", name.includes(", "));
  note(tally, "artist_name_with_slash", name.includes("/"));
  note(tally, "artist_name_with_ampersand", name.includes("&"));
  note(tally, "artist_name_with_number", name.endsWith(")"));
  if (/\P{ASCII}/u.test(name)) countScripts(tally, name);
}

function countScripts(tally: Tally, name: string): void {
  note(tally, "artist_name_cjk", /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(name));
  note(tally, "artist_name_rtl", /[\p{sc=Hebr}\p{sc=Arab}]/u.test(name));
  note(tally, "artist_name_astral", /[\u{10000}-\u{10ffff}]/u.test(name));
  note(tally, "artist_name_nbsp", name.includes("\u00a0"));
}

function countRelations(world: World, tally: Tally, name: string, relations: ArtistRelations): void {
  const lastId = artistId(world.counts.artists);
  const isAbsent = ({ id, name: its }: Partial<Reference>) =>
    id !== undefined && (its === "Deleted Artist" || (its !== "" && id > lastId));
  for (const alias of relations.aliases) {
    expectRow(tally, artistAliasesV1, alias.name === "" ? ["alias_name"] : []);
    note(tally, "alias_without_id", alias.id === undefined);
    note(tally, "alias_without_name", alias.name === "");
    note(tally, "alias_of_absent_artist", isAbsent(alias));
  }
  for (const [other, side] of [
    ...relations.members.map((member) => [member, "member"] as const),
    ...relations.groups.map((group) => [group, "group"] as const),
  ]) {
    const absent = [
      ...(other.name === "" ? [`${side}_name`] : []),
      ...(name === "" ? [side === "member" ? "group_name" : "member_name"] : []),
      ...(other.id === undefined ? [`${side}_id`] : []),
    ];
    expectRow(tally, artistMembershipsV1, absent);
    note(tally, "member_without_id", other.id === undefined);
    note(tally, "member_of_absent_artist", isAbsent(other));
  }
}
