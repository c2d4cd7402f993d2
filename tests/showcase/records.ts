/** Records of dumps with only what the showcase queries read. */

/** Names in a list element, each with an optional id: `name` or `id=name`. */
function names(list: string, entries: readonly string[]): string {
  if (entries.length === 0) return "";
  const items = entries.map((entry) => {
    const [, id, name = entry] = /^(?:(\d+)=)?(.*)$/.exec(entry) ?? [];
    return id === undefined ? `<name>${name}</name>` : `<name id="${id}">${name}</name>`;
  });
  return `<${list}>${items.join("")}</${list}>`;
}

interface ArtistLists {
  namevariations?: string[];
  aliases?: string[];
  members?: string[];
  groups?: string[];
}

/** The XML of an artist. */
export const artist = (
  id: number,
  name: string,
  { namevariations = [], aliases = [], members = [], groups = [] }: ArtistLists = {},
) =>
  `<artist><id>${id}</id><name>${name}</name><data_quality>Correct</data_quality>` +
  `${names("namevariations", namevariations)}${names("aliases", aliases)}` +
  `${names("members", members)}${names("groups", groups)}</artist>`;

/** The XML of a label. */
export const label = (id: number, name: string, parent = "") =>
  `<label><id>${id}</id><name>${name}</name><data_quality>Correct</data_quality>${parent}</label>`;

const artists = (refs: readonly [id: number, name: string][]) =>
  `<artists>${refs.map(([id, name]) => `<artist><id>${id}</id><name>${name}</name></artist>`).join("")}</artists>`;

/** The XML of a master. */
export const master = (id: number, main: number, title: string, year: number, by: [number, string][]) =>
  `<master id="${id}"><main_release>${main}</main_release>${artists(by)}<year>${year}</year>` +
  `<title>${title}</title><data_quality>Correct</data_quality></master>`;

const texts = (list: string, tag: string, entries: readonly string[]) =>
  `<${list}>${entries.map((entry) => `<${tag}>${entry}</${tag}>`).join("")}</${list}>`;

/** A credit: id (0 for none), name, role, and the printed name. */
type Credit = [id: number, name: string, role: string, anv?: string];

const credits = (entries: readonly Credit[]) => {
  if (entries.length === 0) return "";
  const items = entries.map(
    ([id, name, role, anv]) =>
      `<artist>${id === 0 ? "" : `<id>${id}</id>`}<name>${name}</name>` +
      `${anv === undefined ? "" : `<anv>${anv}</anv>`}${role === "" ? "" : `<role>${role}</role>`}</artist>`,
  );
  return `<extraartists>${items.join("")}</extraartists>`;
};

interface TrackParts {
  position?: string;
  title: string;
  duration?: string;
  by?: [id: number, name: string][];
  credits?: Credit[];
  parts?: TrackParts[];
}

const track = ({ position, title, duration, by, credits: credited = [], parts = [] }: TrackParts): string =>
  [
    `<track>${position === undefined ? "" : `<position>${position}</position>`}<title>${title}</title>`,
    duration === undefined ? "" : `<duration>${duration}</duration>`,
    by === undefined ? "" : artists(by),
    credits(credited),
    parts.length === 0 ? "" : `<sub_tracks>${parts.map(track).join("")}</sub_tracks>`,
    "</track>",
  ].join("");

const listed = (list: string, items: readonly string[]) =>
  items.length === 0 ? "" : `<${list}>${items.join("")}</${list}>`;

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
  isMain?: boolean;
  credits?: Credit[];
  tracks?: TrackParts[];
  identifiers?: [type: string, value: string][];
  companies?: [id: number, name: string, role: string][];
}

/** The XML of a release. */
export const release = (id: number, parts: ReleaseParts) =>
  [
    `<release id="${id}">${artists(parts.by)}<title>${parts.title}</title><labels>`,
    ...parts.on.map(([labelId, name, catno]) => `<label name="${name}" catno="${catno}" id="${labelId}"/>`),
    `</labels>${credits(parts.credits ?? [])}<formats>`,
    ...(parts.formats ?? ["Vinyl"]).map((name) => `<format name="${name}" qty="1" text=""/>`),
    "</formats>",
    texts("genres", "genre", parts.genres),
    texts("styles", "style", parts.styles ?? []),
    parts.country === undefined ? "" : `<country>${parts.country}</country>`,
    parts.released === undefined ? "" : `<released>${parts.released}</released>`,
    "<data_quality>Correct</data_quality>",
    `<master_id is_main_release="${parts.isMain ?? false}">${parts.master ?? 0}</master_id>`,
    listed("tracklist", (parts.tracks ?? []).map(track)),
    listed(
      "identifiers",
      (parts.identifiers ?? []).map(([type, value]) => `<identifier type="${type}" value="${value}"/>`),
    ),
    listed(
      "companies",
      (parts.companies ?? []).map(
        ([id, name, role]) =>
          `<company><id>${id}</id><name>${name}</name><entity_type>17</entity_type>` +
          `<entity_type_name>${role}</entity_type_name></company>`,
      ),
    ),
    "</release>",
  ].join("");
