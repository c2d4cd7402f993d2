import { about } from "./about.ts";
import type { Column, DescribedColumn, TableDeclaration } from "./types.ts";

/** Where a value stands in an item of a page: names of members separated by `/`. */
export type JsonPath = string;

/** How a column's value is derived from an item of a page of the Discogs collection API. */
export type JsonSource =
  /** First of `paths` that is a decimal number; one at `otherThan.path` counts only where it is not that column's. */
  | { kind: "number"; paths: readonly JsonPath[]; otherThan?: { path: JsonPath; column: string } }
  /** First of `paths` that is a text. */
  | { kind: "text"; paths: readonly JsonPath[] }
  /** The names of a list (its items are texts, or objects with a `name`), joined. */
  | { kind: "names"; path: JsonPath; separator: string }
  /** The fields of a list of `{field_id, value}`, as `field_id: value`, joined; a text as it is. */
  | { kind: "fields"; path: JsonPath; separator: string }
  /** The value of the first field with this number in such a list. */
  | { kind: "field"; path: JsonPath; field: number };

export interface CollectionColumn extends Column {
  source: JsonSource;
}

export interface CollectionDataset extends TableDeclaration {
  columns: readonly (CollectionColumn & DescribedColumn)[];
  /** Columns whose missing values are counted; the rows are kept. */
  counted: readonly string[];
  /** Rows of each row group but the last. */
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

/** A field that every user has, by the number that the API gives it. */
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

/** The item's own id, but not where it is the release's, as the API has it. */
const instanceId: CollectionColumn = {
  name: "instance_id",
  type: "BIGINT",
  source: {
    kind: "number",
    paths: ["instance_id", `${RELEASE}/instance_id`, "id"],
    otherThan: { path: "id", column: "release_id" },
  },
};

export const collection: CollectionDataset = {
  directory: "collection",
  about:
    "One row for each item of a user's collection, from pages of the Discogs API. Optional: no check, KPI or query " +
    "needs it.",
  table: "collection",
  kind: "optional",
  required: false,
  groupRows: 20_480,
  counted: ["instance_id", "release_id"],
  columns: [
    about(instanceId, "Id of the item: a release can be in a collection more than once."),
    about(
      number("release_id", `${RELEASE}/id`, "release_id"),
      "Id of the release; it need not be in the dump.",
    ),
    about(number("year", `${RELEASE}/year`), "Year of the release; 0 where it is not known."),
    about(
      number("rating", "rating", "rating_value", `${RELEASE}/rating`, "notes/rating"),
      "The owner's rating, 1 to 5; 0 for none.",
    ),
    about(text("title", `${RELEASE}/title`), "The release's title."),
    about(names("artists"), "Names of the artists, for reading."),
    about(names("labels"), "Names of the labels, for reading."),
    about(names("formats"), "Names of the formats, for reading."),
    about(names("genres"), "Genres, for reading."),
    about(names("styles"), "Styles, for reading."),
    about(
      text("date_added", "date_added", `${RELEASE}/date_added`),
      "When the item was added, as the API writes it, with its time zone.",
    ),
    about(added(number("folder_id", "folder_id")), "Number of the owner's folder; 1 is `Uncategorized`."),
    about(added(notes), "The owner's notes, each as `field_id: value`, for reading."),
    about(added(field("media_condition", 1)), "Condition of the record itself, in the words of the API."),
    about(added(field("sleeve_condition", 2)), "Condition of the sleeve, in the words of the API."),
  ],
};
