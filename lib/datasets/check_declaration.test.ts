import assert from "node:assert/strict";
import { test } from "node:test";
import { compileLayout } from "../parser/layout.ts";
import { about } from "./about.ts";
import { checkDataset, checkReferences, checkTable } from "./check_declaration.ts";
import {
  choice,
  detailDataset,
  duration,
  flat,
  id,
  mandatory,
  nothing,
  ordinal,
  ordinalAmong,
  type SourcedColumn,
  skipWithout,
  text,
} from "./declaration.ts";
import { allTables } from "./index.ts";
import { toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";

const EACH = "genres/genre";

/** Declares a dataset of genres, with these columns and otherwise these properties, and checks it. */
function declare(more: readonly SourcedColumn[], changed: object = {}) {
  const columns = [mandatory(id("release_id", "/@id")), mandatory(ordinal("genre_no")), ...more];
  const dataset = detailDataset(releasesV6, {
    directory: "release_genres_v1",
    about: "One row for each genre of a release.",
    partRows: 1000,
    key: { columns: ["release_id", "genre_no"], hard: true },
    references: [toRelease("release_id", "CRITICAL")],
    rows: [{ each: EACH, columns: columns.map((column) => about(column, "A value.")) }],
    ...changed,
  });
  checkTable(dataset);
  checkDataset(dataset);
  return dataset;
}

const COLUMNS = [about(mandatory(id("release_id", "/@id")), "A value.")];
const toArtists = (column: string) => ({
  columns: [column],
  to: { table: "artists_v1_typed", columns: ["artist_id"] },
  severity: "INFO",
});

const REFUSED: [string, () => unknown, RegExp][] = [
  [
    "two columns of one name",
    () => declare([text("genre", "."), text("genre", ".")]),
    /two columns are called genre/,
  ],
  [
    "a key of a column that is missing",
    () => declare([], { key: { columns: ["nope"], hard: true } }),
    /the key's column nope is missing/,
  ],
  [
    "a reference of a column that is missing",
    () => declare([], { references: [toArtists("nope")] }),
    /a reference to artists_v1_typed is of nope, which is not a BIGINT column/,
  ],
  [
    "a reference of a text",
    () => declare([text("genre", ".")], { references: [toArtists("genre")] }),
    /is of genre, which is not a BIGINT column/,
  ],
  [
    "a reference of one column to two",
    () =>
      declare([], { references: [{ ...toArtists("release_id"), to: { table: "t", columns: ["a", "b"] } }] }),
    /a reference of 1 columns to 2 of t/,
  ],
  ["parts of no rows", () => declare([], { partRows: 0 }), /a part of 0 rows: at least 1/],
  ["parts of half a row", () => declare([], { partRows: 1.5 }), /a part of 1\.5 rows/],
  [
    "the rows of an element twice",
    () =>
      declare([], {
        key: undefined,
        rows: [
          { each: EACH, columns: COLUMNS },
          { each: EACH, columns: COLUMNS },
        ],
      }),
    /the rows of genres\/genre are declared twice/,
  ],
  [
    "a mandatory column that is always NULL",
    () => declare([mandatory(nothing("x", "VARCHAR"))]),
    /x can't be mandatory: a nothing may be NULL/,
  ],
  [
    "a mandatory column that may be NULL",
    () => declare([mandatory(duration("x", "."))]),
    /x can't be mandatory: a duration may be NULL/,
  ],
  ["a choice without cases", () => declare([choice("x", [], "y")]), /x: a choice without cases/],
  [
    "a case without paths",
    () => declare([choice("x", [{ has: [], value: "z" }], "y")]),
    /x: .* a case without paths/,
  ],
  [
    "a text of no pieces",
    () => declare([flat("x", ".", [], { between: " ", separator: "; " })]),
    /x: no pieces/,
  ],
  [
    "an element twice in a group",
    () => declare([ordinalAmong("x", [EACH, EACH])]),
    /x: genres\/genre is twice in its group/,
  ],
  [
    "rows to skip without a column that is missing",
    () => declare([], { missing: [skipWithout("nope")] }),
    /rows without nope are counted, but there is no such column/,
  ],
];

for (const [what, declaring, message] of REFUSED) {
  test(`a declaration is refused with the dataset's name: ${what}`, () => {
    assert.throws(
      declaring,
      (error) =>
        error instanceof TypeError &&
        message.test(error.message) &&
        error.message.startsWith("release_genres_v1: "),
    );
  });
}

test("references lead to columns of tables that there are", () => {
  const genres = declare([text("genre", ".")]);
  assert.doesNotThrow(() => checkReferences([...allTables, genres]));
  const wrong = (to: { table: string; columns: readonly string[] }) => () =>
    checkReferences([
      ...allTables,
      { ...genres, references: [{ columns: ["release_id"], to, severity: "INFO" }] },
    ]);
  assert.throws(
    wrong({ table: "nope", columns: ["x"] }),
    /^TypeError: release_genres_v1: it refers to nope, which is no table$/,
  );
  assert.throws(
    wrong({ table: "artists_v1_typed", columns: ["name"] }),
    /^TypeError: release_genres_v1: it refers to artists_v1_typed\.name, which is not a BIGINT column$/,
  );
});

test("a path that no dump has is refused with the dataset's name", () => {
  const unknown = declare([], { key: undefined, rows: [{ each: "genres/genr", columns: COLUMNS }] });
  assert.throws(
    () => compileLayout("release", [unknown]),
    /^TypeError: release_genres_v1: release\/genres\/genr is not known to be in the dumps$/,
  );
});
