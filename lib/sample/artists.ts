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
import type { Shape } from "./vintages.ts";
import { DATA_QUALITIES } from "./vocabulary.ts";
import type { World } from "./world.ts";
import { element, escapeText, list, optional } from "./xml.ts";

/**
 * Renders the `<artist>` at `index` (starting at 1) as one string without a final newline, and counts it in
 * `tally`.
 */
export function artistRecord(world: World, index: number, tally: Tally): string {
  const random = randomFor(world.seed, "artist", index);
  const { id, name } = artistReference(world, index);
  const relations = asWritten(world, artistRelations(world, index));
  countArtist(tally, name);
  countRelations(world, tally, name, relations);
  const known = name !== "" && chance(random, 0.3);
  const { shape } = world;
  const hasProfile = chance(random, known ? 0.6 : 0.06) || hasTab(index);
  const profile = hasProfile ? profileText(random, index) : "";
  const otherNames = known ? variations(random, name) : [];
  return [
    "<artist>",
    images(world, random, "artist", id),
    element("id", String(id)),
    optional("name", name),
    optional("realname", known ? realName(world, index) : ""),
    shape.empty ? element("profile", profile) : optional("profile", profile),
    element("data_quality", pickWeighted(random, DATA_QUALITIES)),
    list("urls", known ? urls(random, index) : []),
    list("namevariations", otherNames),
    references("aliases", relations.aliases),
    references("members", relations.members, shape.memberIds),
    references("groups", relations.groups),
    "</artist>",
  ].join("");
}

/** Keeps only the ids that the dump shape has, writing member ids in one of its forms. */
function asWritten({ shape }: World, { aliases, members, groups }: ArtistRelations): ArtistRelations {
  if (shape.relationIds) return { aliases, members, groups };
  const nameOnly = ({ name = "" }: Partial<Reference>) => ({ name });
  return { aliases: aliases.map(nameOnly), members, groups: groups.map(nameOnly) };
}

function references(
  list: string,
  items: readonly Partial<Reference>[],
  ids: Shape["memberIds"] = "attribute",
): string {
  if (items.length === 0) return "";
  const names = items.map(({ id, name = "" }) => {
    const before = id === undefined || ids === "attribute" ? "" : `<id>${id}</id>`;
    const open = id === undefined || ids === "element" ? "<name" : `<name id="${id}"`;
    return `${before}${open}${name === "" ? "/>" : `>${escapeText(name)}</name>`}`;
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

/** Variations of a name, as used in credits. */
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
  const { aliases, members, groups } = relations;
  const lastId = artistId(world.counts.artists);
  const isAbsent = ({ id, name: its, isGone }: Partial<Reference>) =>
    id !== undefined && (isGone === true || its === "Deleted Artist" || (its !== "" && id > lastId));
  for (const alias of aliases) {
    expectRow(tally, artistAliasesV1, alias.name === "" ? ["alias_name"] : []);
    note(tally, "alias_without_id", alias.id === undefined);
    note(tally, "alias_without_name", alias.name === "");
    note(tally, "alias_of_absent_artist", isAbsent(alias));
  }
  for (const [other, side] of [
    ...members.map((member) => [member, "member"] as const),
    ...groups.map((group) => [group, "group"] as const),
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
