import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { extractedDatasetsOf } from "../datasets/index.ts";
import { addDetails, addUnreadable, addUnreadableItems, itemsAt } from "./detail_tally.ts";
import { dumpRecords, type ReadingOptions, type XmlElement } from "./dump_records.ts";
import { id, type RecordShape, rowLists } from "./round_trip/shape.ts";
import { recordShapes } from "./round_trip/shapes.ts";
import { addRow, count, type DumpTally, type Tally } from "./tally.ts";
import { isId, trim } from "./xml_values.ts";

/** Why a record is in no dataset of records; the first applicable reason is counted. */
const LACKS: Record<Entity, (record: XmlElement) => Record<string, boolean>> = {
  artist: (artist) => ({ null_artist_id: !isId(childText(artist, "id")) }),
  label: (label) => ({
    no_name: childText(label, "name") === "",
    null_label_id: !isId(childText(label, "id")) && !isId(label.attributes.id ?? ""),
  }),
  master: (master) => ({ null_master_id: !isId(master.attributes.id ?? "") }),
  release: (release) => ({ null_release_id: !isId(release.attributes.id ?? "") }),
};

const ALIAS = [id("@id", "alias_id")];
const MAIN_ARTISTS = { path: "artists/artist", leaves: [id("id", "artist_id")] };

type AddRecord = (record: XmlElement, tally: Tally) => void;

/** Other counts of the historical datasets, and the rows of those that are not of records. */
const RULES: Partial<Record<Entity, Record<string, AddRecord>>> = {
  artist: {
    artists_v1_typed: (artist, tally) => {
      if (isId(childText(artist, "id")) && childText(artist, "name") === "") count(tally, "no_name");
    },
    artist_aliases_v1_typed: (artist, tally) => {
      for (const alias of listedNames(artist, "aliases")) {
        const isRow = addRow(tally, { no_alias_name: trim(alias.text) === "", ...LACKS.artist(artist) });
        if (isRow) addUnreadable(tally, ALIAS, { element: alias, idBefore: undefined });
      }
    },
    artist_memberships_v1_typed: (artist, tally) => {
      const self = { id: childText(artist, "id"), name: childText(artist, "name") };
      for (const member of members(artist)) addMembership(tally, self, member);
      for (const group of listedNames(artist, "groups")) addMembership(tally, named(group), self);
    },
  },
  release: {
    // artist_refs repeats what release_credits_v1 has.
    releases_v6: (release, tally) => {
      if (isId(release.attributes.id ?? "")) addUnreadableItems(tally, MAIN_ARTISTS, release);
    },
  },
};

/** Counts the elements at the declared paths, for a dataset that only presents known elements again. */
function countItems(
  { rows }: ExtractedDataset,
  lacks: (record: XmlElement) => Record<string, boolean>,
): AddRecord {
  return (record, tally) => {
    const missing = lacks(record);
    for (const { each } of rows)
      for (const _ of itemsAt(record, { path: each, idBefore: false })) addRow(tally, missing);
  };
}

/**
 * Counts the records of a dump, and the rows that each dataset of the entity must have, by an independent implementation of the
 * contract's rules, which checks the declarations. Of a dataset that it has no rule for, it takes only the paths from the
 * declaration.
 */
export class DumpCounter {
  readonly tally: DumpTally;
  readonly #shape: RecordShape;
  readonly #lacks: (record: XmlElement) => Record<string, boolean>;
  readonly #rules: (readonly [string, AddRecord])[];

  constructor(entity: Entity) {
    this.#shape = recordShapes[entity];
    this.#lacks = LACKS[entity];
    const rules = RULES[entity] ?? {};
    const ofLists = rowLists(this.#shape.lists).map(({ dataset }) => dataset);
    const known = new Set([this.#shape.dataset, ...ofLists, ...Object.keys(rules)]);
    const others = extractedDatasetsOf(entity).filter(({ directory }) => !known.has(directory));
    const derived = others.map((dataset) => [dataset.directory, countItems(dataset, this.#lacks)] as const);
    this.#rules = [...Object.entries(rules), ...derived];
    const names = [...known, ...others.map(({ directory }) => directory)];
    this.tally = {
      records: 0,
      datasets: Object.fromEntries(names.map((name) => [name, { rows: 0, counts: {} }])),
    };
  }

  add(record: XmlElement): void {
    const { datasets } = this.tally;
    const lacks = this.#lacks(record);
    this.tally.records++;
    addRow(datasets[this.#shape.dataset] as Tally, lacks);
    addDetails(this.#shape, record, lacks, datasets);
    for (const [name, add] of this.#rules) add(record, datasets[name] as Tally);
  }
}

/** Reads a dump and counts its contents. */
export async function tallyDump(path: string, entity: Entity, options?: ReadingOptions): Promise<DumpTally> {
  const counter = new DumpCounter(entity);
  for await (const records of dumpRecords(path, entity, options)) {
    for (const record of records) counter.add(record);
  }
  return counter.tally;
}

interface Named {
  id: string;
  name: string;
}

function addMembership(tally: Tally, group: Named, member: Named): void {
  addRow(tally, {
    no_group_name: group.name === "",
    no_member_name: member.name === "",
    null_group_id: !isId(group.id),
    null_member_id: !isId(member.id),
  });
}

function named(element: XmlElement): Named {
  return { id: trim(element.attributes.id ?? ""), name: trim(element.text) };
}

/** The members of a group. In dumps of 2015 to 2019 a member's id is the `<id>` before its name, not an attribute. */
function members(artist: XmlElement): Named[] {
  const lists = artist.children.filter(({ name }) => name === "members");
  return lists.flatMap(({ children }) =>
    children.flatMap((child, index) => {
      if (child.name !== "name") return [];
      const member = named(child);
      const before = children[index - 1];
      const idBefore = before?.name === "id" ? trim(before.text) : "";
      return [{ ...member, id: isId(member.id) ? member.id : idBefore }];
    }),
  );
}

function listedNames(record: XmlElement, list: string): XmlElement[] {
  const lists = record.children.filter(({ name }) => name === list);
  return lists.flatMap(({ children }) => children.filter(({ name }) => name === "name"));
}

function childText(record: XmlElement, name: string): string {
  return trim(record.children.find((child) => child.name === name)?.text ?? "");
}
