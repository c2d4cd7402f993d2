import { at, type Element, textAt, within } from "./read_dump.ts";
import { type Dumps, idsOf } from "./recount.ts";

const ABSENT_ARTISTS = new Map([
  ["194", "Various"],
  ["355", "Unknown Artist"],
  ["118760", "No Artist"],
]);

/**
 * Returns one line per reference of a sample that has the wrong name, is not reciprocated, or dangles.
 * Dangling aliases, members and sublabels are oddities and are counted as such.
 */
export function checkReferences(dumps: Dumps): string[] {
  return [
    ...artistNames(dumps),
    ...labelNames(dumps),
    ...relationsBack(dumps.artists, ["aliases", "aliases"]),
    ...relationsBack(dumps.artists, ["members", "groups"]),
    ...relationsBack(dumps.artists, ["groups", "members"]),
    ...parentsBack(dumps.labels),
    ...mainReleases(dumps),
    ...versions(dumps),
  ];
}

const namesById = (records: readonly Element[]): Map<string, string> =>
  new Map(records.map((record) => [textAt(record, "id") ?? "", textAt(record, "name") ?? ""]));

function artistNames({ artists, masters, releases }: Dumps): string[] {
  const names = new Map([...namesById(artists), ...ABSENT_ARTISTS]);
  const credited = [...masters, ...releases].flatMap((record) =>
    [...within(record)].filter(({ name }) => name === "artist"),
  );
  const inCredits = credited.map((artist) => [textAt(artist, "id"), textAt(artist, "name")] as const);
  const listed = artists
    .flatMap((artist) => ["aliases", "members", "groups"].flatMap((list) => at(artist, `${list}/name`)))
    .map(({ attributes, text }) => [attributes.id, text] as const)
    .filter(([id]) => id !== undefined && names.has(id));
  return [...inCredits, ...listed]
    .filter(([id, name]) => id !== undefined && names.get(id) !== name)
    .map(([id, name]) => `artist ${id} is called ${name}, but its name is ${names.get(id ?? "")}`);
}

function labelNames({ labels, releases }: Dumps): string[] {
  const names = namesById(labels);
  const onReleases = releases
    .flatMap((release) => [...at(release, "labels/label"), ...at(release, "series/series")])
    .map(({ attributes }) => [attributes.id, attributes.name] as const);
  const companies = releases
    .flatMap((release) => at(release, "companies/company"))
    .map((company) => [textAt(company, "id"), textAt(company, "name")] as const);
  const relatives = labels
    .flatMap((label) => [...at(label, "sublabels/label"), ...at(label, "parentLabel")])
    .map(({ attributes, text }) => [attributes.id, text] as const)
    .filter(([id]) => id !== undefined && names.has(id));
  return [...onReleases, ...companies, ...relatives]
    .filter(([id, name]) => id !== undefined && names.get(id) !== name)
    .map(([id, name]) => `label ${id} is called ${name}, but its name is ${names.get(id ?? "")}`);
}

function relationsBack(artists: readonly Element[], [list, back]: readonly [string, string]): string[] {
  const pairs = (name: string) =>
    artists.flatMap((artist) =>
      at(artist, `${name}/name`)
        .filter(({ attributes, text }) => attributes.id !== undefined && text !== "Deleted Artist")
        .map(({ attributes }) => [textAt(artist, "id") ?? "", attributes.id ?? ""] as const),
    );
  const known = idsOf(artists);
  const backwards = new Set(pairs(back).map(([owner, other]) => `${other} ${owner}`));
  return pairs(list)
    .filter(([owner, other]) => known.has(other) && !backwards.has(`${owner} ${other}`))
    .map(([owner, other]) => `artist ${owner} has ${other} in ${list}, but is not in its ${back}`);
}

function parentsBack(labels: readonly Element[]): string[] {
  const down = labels.flatMap((label) =>
    at(label, "sublabels/label")
      .filter(({ text }) => text !== "Deleted Label")
      .map(({ attributes }) => `${textAt(label, "id")} > ${attributes.id}`),
  );
  const up = labels.flatMap((label) =>
    at(label, "parentLabel").map(({ attributes }) => `${attributes.id} > ${textAt(label, "id")}`),
  );
  const named = up.filter((pair) => !pair.startsWith("212 "));
  const known = idsOf(labels);
  const existing = down.filter((pair) => known.has(pair.split(" ").at(-1) ?? ""));
  const oneWay = [
    ...existing.filter((pair) => !named.includes(pair)),
    ...named.filter((pair) => !existing.includes(pair)),
  ];
  return oneWay.map((pair) => `labels ${pair} are related on one side only`);
}

function mainReleases({ masters, releases }: Dumps): string[] {
  const mains = (record: Element) => textAt(record, "main_release") ?? "";
  const expected = new Map(masters.map((master) => [mains(master), master.attributes.id]));
  const actual = releases.flatMap((release) => {
    const link = at(release, "master_id")[0];
    return link?.attributes.is_main_release === "true"
      ? [[release.attributes.id ?? "", link.text] as const]
      : [];
  });
  const wrong = actual.filter(([id, master]) => expected.get(id) !== master);
  const missing = expected.size === actual.length ? [] : ["masters and main releases differ in number"];
  return [...missing, ...wrong.map(([id, master]) => `release ${id} is not the main release of ${master}`)];
}

/** Versions of a master have its title (one with an addition), genres and styles. */
function versions({ masters, releases }: Dumps): string[] {
  const texts = (record: Element, path: string) => at(record, path).map(({ text }) => text);
  const describe = (record: Element) =>
    JSON.stringify([texts(record, "genres/genre"), texts(record, "styles/style")]);
  const byId = new Map(masters.map((master) => [master.attributes.id ?? "", master]));
  return releases.flatMap((release) => {
    const master = byId.get(textAt(release, "master_id") ?? "");
    if (master === undefined) return [];
    const title = textAt(release, "title") ?? "";
    const same = title.startsWith(textAt(master, "title") ?? "?") && describe(release) === describe(master);
    return same ? [] : [`release ${release.attributes.id} differs from its master`];
  });
}
