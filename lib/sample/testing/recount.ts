import { join } from "node:path";
import type { SampleSummary } from "../write_sample_dump.ts";
import { at, type Element, readDump, textAt, within } from "./read_dump.ts";

/** The four dumps of a sample, parsed. */
export interface Dumps {
  artists: Element[];
  labels: Element[];
  masters: Element[];
  releases: Element[];
}

/** Parses the four dumps of a sample. */
export function readSample({ directory, files }: SampleSummary): Dumps {
  const [artists = [], labels = [], masters = [], releases = []] = files.map(({ name }) =>
    readDump(join(directory, name)),
  );
  return { artists, labels, masters, releases };
}

const idOf = (record: Element): string => textAt(record, "id") ?? record.attributes.id ?? "";
/** The ids of a dump's records. */
export const idsOf = (records: readonly Element[]): Set<string> => new Set(records.map(idOf));

const count = <T>(items: readonly T[], test: (item: T) => boolean): number => items.filter(test).length;

/** Counts the oddities of a sample of the 2026 shape from the XML alone. */
export function recountOddities(dumps: Dumps): Record<string, number> {
  return {
    ...recountRecords(dumps),
    ...recountArtists(dumps.artists),
    ...recountLabels(dumps.labels),
    ...recountMasters(dumps),
    ...recountReleases(dumps),
  };
}

function recountRecords({ artists, labels, masters, releases }: Dumps): Record<string, number> {
  const records = [...artists, ...labels, ...masters, ...releases];
  const holds = (character: string) => (record: Element) =>
    [...within(record)].some(
      ({ text, attributes }) =>
        text.includes(character) || Object.values(attributes).some((value) => value.includes(character)),
    );
  return {
    records_with_carriage_return: count(records, holds("\r")),
    records_with_tab: count(records, holds("\t")),
    records_with_line_feed: count(records, holds("\n")),
  };
}

function recountArtists(artists: readonly Element[]): Record<string, number> {
  const ids = idsOf(artists);
  const names = artists.map((artist) => textAt(artist, "name") ?? "");
  const aliases = artists.flatMap((artist) => at(artist, "aliases/name"));
  const members = artists.flatMap((artist) => [...at(artist, "members/name"), ...at(artist, "groups/name")]);
  const isAbsent = ({ attributes: { id } }: Element) => id !== undefined && !ids.has(id);
  const named = (pattern: RegExp) => count(names, (name) => pattern.test(name));
  return {
    artist_without_name: count(artists, (artist) => textAt(artist, "name") === undefined),
    artist_name_with_comma: named(/, /),
    artist_name_with_slash: named(/\//),
    artist_name_with_ampersand: named(/&/),
    artist_name_with_number: named(/ \(\d+\)$/),
    artist_name_cjk: named(/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]|\u{20bb7}/u),
    artist_name_rtl: named(/[\u0590-\u06ff]/),
    artist_name_astral: named(/[\ud800-\udbff]/),
    artist_name_nbsp: named(/\u00a0/),
    alias_without_id: count(aliases, ({ attributes }) => attributes.id === undefined),
    alias_without_name: count(aliases, ({ text }) => text === ""),
    alias_of_absent_artist: count(aliases, isAbsent),
    member_without_id: count(members, ({ attributes }) => attributes.id === undefined),
    member_of_absent_artist: count(members, isAbsent),
  };
}

function recountLabels(labels: readonly Element[]): Record<string, number> {
  const ids = idsOf(labels);
  const parents = labels.flatMap((label) => at(label, "parentLabel"));
  const sublabels = labels.flatMap((label) => at(label, "sublabels/label"));
  return {
    label_without_name: count(labels, (label) => textAt(label, "name") === undefined),
    parent_label_without_text: count(
      parents,
      (parent) => parent.text === "" && parent.attributes.id === "212",
    ),
    sublabel_of_absent_label: count(sublabels, ({ attributes }) => !ids.has(attributes.id ?? "")),
  };
}

function recountMasters({ masters, releases }: Dumps): Record<string, number> {
  const artists = masters.flatMap((master) => at(master, "artists/artist"));
  const everywhere = [...masters, ...releases].flatMap((record) =>
    [...within(record)].filter(({ name }) => name === "artist"),
  );
  const referring = (id: string) => count(everywhere, (artist) => textAt(artist, "id") === id);
  const videos = [...masters, ...releases].flatMap((record) => at(record, "videos/video"));
  return {
    video_not_embeddable: count(videos, ({ attributes }) => attributes.embed === "false"),
    master_year_zero: count(masters, (master) => textAt(master, "year") === "0"),
    master_artist_without_id: count(artists, (artist) => textAt(artist, "id") === undefined),
    artist_194: referring("194"),
    artist_355: referring("355"),
    artist_118760: referring("118760"),
  };
}

function recountReleases({ masters, releases }: Dumps): Record<string, number> {
  const masterIds = idsOf(masters);
  const credits = releases.flatMap((release) => at(release, "extraartists/artist"));
  const formats = releases.flatMap((release) => at(release, "formats/format"));
  const catnos = releases.flatMap((release) => at(release, "labels/label"));
  const companies = releases.flatMap((release) => at(release, "companies/company"));
  const masterOf = (release: Element) => textAt(release, "master_id") ?? "";
  const genre = (name: string) =>
    count(releases, (release) => at(release, "genres/genre").some(({ text }) => text === name));
  return {
    release_master_id_zero: count(releases, (release) => masterOf(release) === "0"),
    release_of_absent_master: count(releases, (r) => masterOf(r) !== "0" && !masterIds.has(masterOf(r))),
    release_credit: credits.length,
    release_credit_without_id: count(credits, (credit) => textAt(credit, "id") === undefined),
    release_long_role: count(credits, (credit) => (textAt(credit, "role") ?? "").length > 2000),
    release_qty_beyond_64_bits: count(formats, (format) => BigInt(format.attributes.qty ?? 0) >= 2n ** 63n),
    release_168_cds: count(formats, ({ attributes: { name, qty } }) => name === "CD" && qty === "168"),
    catno_with_tab: count(catnos, ({ attributes }) => (attributes.catno ?? "").includes("\t")),
    company_without_id: count(companies, (company) => textAt(company, "id") === undefined),
    release_genre_folk_world_country: genre("Folk, World, & Country"),
    release_genre_funk_soul: genre("Funk / Soul"),
    release_with_sub_tracks: count(releases, (r) => at(r, "tracklist/track/sub_tracks").length > 0),
    ...recountTracks(releases),
    format_of_several: count(releases, (release) => at(release, "formats/format").length > 1),
    release_with_astral_title: count(releases, (r) => /[\ud800-\udbff]/.test(textAt(r, "title") ?? "")),
    ...recountReleased(releases.map((release) => textAt(release, "released"))),
  };
}

function recountTracks(releases: readonly Element[]): Record<string, number> {
  const inside = (name: string) =>
    releases.flatMap((release) => [...within(release)].filter((element) => element.name === name));
  const tracks = inside("track");
  const roles = inside("role").map(({ text }) => text);
  const durations = tracks.map((track) => textAt(track, "duration") ?? "");
  const having = (track: Element, name: string) => at(track, name).some(({ text }) => text !== "");
  const seconds = /^(\d+:[0-5]?\d|\d+):[0-5]\d$/;
  return {
    track_heading: count(
      tracks,
      (track) =>
        !having(track, "position") && !having(track, "duration") && at(track, "sub_tracks").length === 0,
    ),
    track_without_title: count(tracks, (track) => !having(track, "title")),
    duration_beyond_an_hour: count(
      durations,
      (text) => /^(\d+:\d\d:\d\d|([6-9]\d|\d{3}):\d\d)$/.test(text) && seconds.test(text),
    ),
    duration_unreadable: count(durations, (text) => text !== "" && !seconds.test(text)),
    role_with_detail: count(roles, (text) => text.includes("[")),
    role_of_several: count(roles, (text) => text.includes(", ")),
    role_never_closed: count(
      roles,
      (text) => (text.match(/\[/g) ?? []).length > (text.match(/\]/g) ?? []).length,
    ),
  };
}

function recountReleased(texts: readonly (string | undefined)[]): Record<string, number> {
  const like = (pattern: RegExp) => count(texts, (text) => text !== undefined && pattern.test(text));
  return {
    release_without_released: count(texts, (text) => text === undefined),
    released_empty: like(/^$/),
    released_year: like(/^\d{4}$/),
    released_month_00: like(/^\d{4}-\d\d-00$/),
    released_month: like(/^\d{4}-\d\d$/),
    released_full_date: like(/^\d{4}-(?!1[3-9])\d\d-(?!00)\d\d$/),
    released_junk: like(/^(\d{4}s|1999-13-01)$/),
  };
}

/** Counts the rows required by the contract from the XML alone. */
export function recountRows({ artists, labels, masters, releases }: Dumps): Record<string, number> {
  const named = artists.filter((artist) => textAt(artist, "name") !== undefined);
  const idBefore = (artist: Element, name: Element) => {
    const siblings = at(artist, "members")[0]?.children ?? [];
    return siblings[siblings.indexOf(name) - 1]?.name === "id";
  };
  const members = named.flatMap((artist) =>
    at(artist, "members/name").filter((name) => name.attributes.id !== undefined || idBefore(artist, name)),
  );
  const groups = named
    .flatMap((artist) => at(artist, "groups/name"))
    .filter(({ attributes: { id } }) => id !== undefined);
  return {
    artists_v1_typed: artists.length,
    artist_aliases_v1_typed: count(
      artists.flatMap((a) => at(a, "aliases/name")),
      ({ text }) => text !== "",
    ),
    artist_memberships_v1_typed: count([...members, ...groups], ({ text }) => text !== ""),
    masters_v1_typed: masters.length,
    releases_v6: releases.length,
    labels_v10: count(labels, (label) => textAt(label, "name") !== undefined),
  };
}
