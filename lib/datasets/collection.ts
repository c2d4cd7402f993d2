import { about } from "./about.ts";
import type { Column, DescribedColumn, TableDeclaration } from "./types.ts";

/** Path of a value within an item of a page: member names separated by `/`. */
export type JsonPath = string;

/** How to derive a column's value from an item of a Discogs collection API page. */
export type JsonSource =
  /**
   * First of `paths` that is a decimal number; the value at `otherThan.path` is ignored if it equals that
   * column.
   */
  | { kind: "number"; paths: readonly JsonPath[]; otherThan?: { path: JsonPath; column: string } }
  /** First of `paths` that is a string. */
  | { kind: "text"; paths: readonly JsonPath[] }
  /** Names in a list (of strings, or of objects with a `name`), joined. */
  | { kind: "names"; path: JsonPath; separator: string }
  /** A list of `{field_id, value}` as `field_id: value`, joined; a plain string is kept as is. */
  | { kind: "fields"; path: JsonPath; separator: string }
  /** Value of the first entry with this field number in such a list. */
  | { kind: "field"; path: JsonPath; field: number };

/** A column of the collection, with the JSON path of its value. */
export interface CollectionColumn extends Column {
  source: JsonSource;
}

/** Declaration of a dataset read from collection API pages. */
export interface CollectionDataset extends TableDeclaration {
  columns: readonly (CollectionColumn & DescribedColumn)[];
  /** Columns whose missing values are counted; their rows are kept. */
  counted: readonly string[];
  /** Rows per row group, except the last. */
  groupRows: number;
}

/** The part of an item that describes the release. */
const RELEASE = "basic_information";

const number = (name: string, ...paths: JsonPath[]): CollectionColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "number", paths },
});

const text = (name: string, ...paths: JsonPath[]): CollectionColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "text", paths },
});

const names = (name: string): CollectionColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "names", path: `${RELEASE}/${name}`, separator: ", " },
});

const added = (column: CollectionColumn): CollectionColumn => ({ ...column, added: true });

/** A field that every user has, by its API number. */
const field = (name: string, number: number): CollectionColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "field", path: "notes", field: number },
});

const notes: CollectionColumn = {
  name: "notes",
  type: "VARCHAR",
  source: { kind: "fields", path: "notes", separator: "; " },
};

/** The item's own id; `id` is ignored when it is the release's id, as it is in the API's answers. */
const instanceId: CollectionColumn = {
  name: "instance_id",
  type: "BIGINT",
  source: {
    kind: "number",
    paths: ["instance_id", `${RELEASE}/instance_id`, "id"],
    otherThan: { path: "id", column: "release_id" },
  },
};

/** A user's collection, as returned by the Discogs API. */
export const collection: CollectionDataset = {
  directory: "collection",
  about:
    "One row per item in a user's collection, from pages of the Discogs API. Optional: no check, KPI or query needs it.",
  table: "collection",
  kind: "optional",
  required: false,
  groupRows: 20_480,
  counted: ["instance_id", "release_id"],
  columns: [
    about(instanceId, "Id of the item; a collection can contain the same release more than once."),
    about(
      number("release_id", `${RELEASE}/id`, "release_id"),
      "Id of the release, which may be missing from the dump.",
    ),
    about(number("year", `${RELEASE}/year`), "Year of the release; 0 means unknown."),
    about(
      number("rating", "rating", "rating_value", `${RELEASE}/rating`, "notes/rating"),
      "The owner's rating, 1 to 5; 0 means none.",
    ),
    about(text("title", `${RELEASE}/title`), "Title of the release."),
    about(names("artists"), "Names of the artists, joined for display."),
    about(names("labels"), "Names of the labels, joined for display."),
    about(names("formats"), "Names of the formats, joined for display."),
    about(names("genres"), "Genres, joined for display."),
    about(names("styles"), "Styles, joined for display."),
    about(
      text("date_added", "date_added", `${RELEASE}/date_added`),
      "When the item was added, with time zone, as returned by the API.",
    ),
    about(added(number("folder_id", "folder_id")), "Id of the owner's folder; 1 is `Uncategorized`."),
    about(added(notes), "The owner's notes, each as `field_id: value`, joined for display."),
    about(added(field("media_condition", 1)), "Condition of the media, as returned by the API."),
    about(added(field("sleeve_condition", 2)), "Condition of the sleeve, as returned by the API."),
  ],
};
