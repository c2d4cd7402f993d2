import type { Entity } from "../datasets/declaration.ts";
import { dumpRecords, type ReadingOptions, type XmlElement } from "./dump_records.ts";
import { isId, trim } from "./xml_values.ts";

/** What a dataset must have: rows, and what is dropped, skipped or remarkable, by reason. */
export interface Tally {
  rows: number;
  counts: Record<string, number>;
}

/** What the dump has, counted without the extracting code. */
export interface DumpTally {
  records: number;
  /** By the dataset's directory. */
  datasets: Record<string, Tally>;
}

type AddRecord = (record: XmlElement, tally: Tally) => void;

/** The contract's rules for which rows there are, said a second time: what the declarations say is checked by this. */
const RULES: Record<Entity, Record<string, AddRecord>> = {
  artist: {
    artists_v1_typed: (artist, tally) => {
      const hasId = isId(childText(artist, "id"));
      if (hasId && childText(artist, "name") === "") count(tally, "no_name");
      addRow(tally, { null_artist_id: !hasId });
    },
    artist_aliases_v1_typed: (artist, tally) => {
      for (const alias of items(artist, "aliases", "name")) {
        const missing = {
          no_alias_name: trim(alias.text) === "",
          null_artist_id: !isId(childText(artist, "id")),
        };
        addRow(tally, missing);
      }
    },
    artist_memberships_v1_typed: (artist, tally) => {
      const self = { id: childText(artist, "id"), name: childText(artist, "name") };
      for (const member of members(artist)) addMembership(tally, self, member);
      for (const group of items(artist, "groups", "name")) addMembership(tally, named(group), self);
    },
  },
  label: {
    labels_v10: (label, tally) => {
      const hasId = isId(childText(label, "id")) || isId(trim(label.attributes.id ?? ""));
      addRow(tally, { no_name: childText(label, "name") === "", null_label_id: !hasId });
    },
  },
  master: {
    masters_v1_typed: (master, tally) =>
      addRow(tally, { null_master_id: !isId(trim(master.attributes.id ?? "")) }),
  },
  release: {
    releases_v6: (release, tally) =>
      addRow(tally, { null_release_id: !isId(trim(release.attributes.id ?? "")) }),
  },
};

/** Counts the records of a dump, and the rows that each dataset of the entity must have. */
export class DumpCounter {
  readonly tally: DumpTally;
  readonly #rules: readonly [string, AddRecord][];

  constructor(entity: Entity) {
    this.#rules = Object.entries(RULES[entity]);
    const datasets = this.#rules.map(([name]) => [name, { rows: 0, counts: {} }] as const);
    this.tally = { records: 0, datasets: Object.fromEntries(datasets) };
  }

  add(record: XmlElement): void {
    this.tally.records++;
    for (const [name, add] of this.#rules) add(record, this.tally.datasets[name] as Tally);
  }
}

/** Reads a dump and counts what it has. */
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

/** Counts a row, or the first reason why there is none. */
function addRow(tally: Tally, missing: Record<string, boolean>): void {
  const reason = Object.keys(missing).find((each) => missing[each]);
  if (reason === undefined) tally.rows++;
  else count(tally, reason);
}

function count(tally: Tally, reason: string): void {
  tally.counts[reason] = (tally.counts[reason] ?? 0) + 1;
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

function items(record: XmlElement, list: string, item: string): XmlElement[] {
  const lists = record.children.filter(({ name }) => name === list);
  return lists.flatMap(({ children }) => children.filter(({ name }) => name === item));
}

function childText(record: XmlElement, name: string): string {
  return trim(record.children.find((child) => child.name === name)?.text ?? "");
}
