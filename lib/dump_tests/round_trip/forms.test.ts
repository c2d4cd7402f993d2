import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../../datasets/declaration.ts";
import { type KnownElement as DeclaredElement, knownElements } from "../../datasets/known_elements.ts";
import { readElement } from "../dump_records.ts";
import { differences, renderDifferences } from "./differences.ts";
import { DumpedForm, type DumpedRecord } from "./dumped_form.ts";
import type { Entry } from "./entry.ts";
import { type KnownElement, knownRecord } from "./known_element.ts";
import { type Row, rebuiltForm } from "./rebuilt_form.ts";
import { recordShapes } from "./shapes.ts";
import { fullRecords } from "./testing/full_records.ts";

const ENTITIES = Object.keys(recordShapes) as Entity[];

const dumped = (entity: Entity, xml: string): DumpedRecord =>
  new DumpedForm(recordShapes[entity]).of(readElement(xml));

const lines = (entries: readonly Entry[]) => entries.map(({ path, value }) => `${path} = ${value}`);

const rebuilt = (entity: Entity, rows: Record<string, Row[]>) =>
  rebuiltForm(recordShapes[entity], new Map(Object.entries(rows)));

for (const entity of ENTITIES) {
  const { xml, normal, rows } = fullRecords[entity];

  test(`${entity}: XML and rows of a full record have the same normal form`, () => {
    const record = dumped(entity, xml);
    assert.deepEqual(lines(record.entries).sort(), [...normal].sort());
    assert.deepEqual(lines(rebuilt(entity, rows)).sort(), [...normal].sort());
    assert.deepEqual(differences(record.entries, rebuilt(entity, rows)), []);
  });

  test(`${entity}: a missing or changed value in any row is a difference`, () => {
    const { entries } = dumped(entity, xml);
    let changed = 0;
    for (const [dataset, list] of Object.entries(rows)) {
      for (const [index, row] of list.entries()) {
        for (const [column, value] of Object.entries(row)) {
          if (value === null || value === 0n) continue;
          for (const other of [null, otherThan(value)]) {
            const rest = [...list];
            rest[index] = { ...row, [column]: other };
            const found = differences(entries, rebuilt(entity, { ...rows, [dataset]: rest }));
            assert.ok(found.length > 0, `${dataset}, row ${index + 1}: ${column}`);
            changed++;
          }
        }
      }
      for (const index of list.keys()) {
        const found = differences(entries, rebuilt(entity, { ...rows, [dataset]: list.toSpliced(index, 1) }));
        assert.ok(found.length > 0, `${dataset} without row ${index + 1}`);
        const twice = list.toSpliced(index, 0, list[index] as Row);
        assert.ok(differences(entries, rebuilt(entity, { ...rows, [dataset]: twice })).length > 0);
      }
    }
    assert.ok(changed > 20, `${changed} changes`);
  });

  test(`${entity}: the shape has exactly the known elements of the dumps`, () => {
    const declared = placesDeclared(knownElements[entity], "");
    const allowed = placesDeclared(knownElements[entity], "", "empty");
    const inShape = placesInShape(knownRecord(recordShapes[entity]), "");
    assert.deepEqual(
      inShape.filter((place) => !allowed.includes(place)).sort(),
      declared.filter((place) => !isFolded(entity, place)).sort(),
    );
  });
}

/** The `<id>` before a member's name is folded into it. */
const isFolded = (entity: Entity, place: string) => entity === "artist" && /^\/members\/id\b/.test(place);

function otherThan(value: Row[string]): Row[string] {
  if (typeof value === "bigint") return value + 100n;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.slice(1);
  return `${value}x`;
}

/** Paths of the attributes, texts and items of a shape. */
function placesInShape({ attributes, children, field, own, item }: KnownElement, path: string): string[] {
  return [
    ...(field === undefined && own === undefined ? [] : [path]),
    // An artist's name has a row, but occurs once.
    ...(item === undefined || field !== undefined ? [] : [`${path}[]`]),
    ...[...attributes.keys()].map((name) => `${path}/@${name}`),
    ...[...children].flatMap(([name, child]) => placesInShape(child, `${path}/${name}`)),
  ];
}

/** The same for what is declared as known; only texts for elements whose content is `of`. */
function placesDeclared(
  { attributes, children, content, repeats }: DeclaredElement,
  path: string,
  of: "text" | "empty" = "text",
): string[] {
  const places = [...(repeats ? [`${path}[]`] : []), ...attributes.map((name) => `${path}/@${name}`)];
  return [
    ...(content === of ? [path] : []),
    ...(of === "text" ? places : []),
    ...Object.entries(children).flatMap(([name, child]) => placesDeclared(child, `${path}/${name}`, of)),
  ];
}

test("the normal form of the dump includes what the shape does not know", () => {
  const xml =
    '<master id="1" x="y"><title a=" b ">T</title><title>U</title>between<genres><genre/><genre c="d">G</genre>' +
    "</genres><genres><genre>H</genre></genres><new><deep>e</deep><deep/></new><main_release>x</main_release></master>";
  assert.deepEqual(lines(dumped("master", xml).entries), [
    "@id = 1",
    "@x = y",
    "/text() = between",
    "title/@a = b",
    "title = T",
    "title[2] = U",
    "genres/genre[1]/@c = d",
    "genres/genre[1] = G",
    "genres[2]/genre[1] = H",
    "new/deep = e",
  ]);
});

test("merges a value at several places into one, and shows a different one next to it", () => {
  const label = (text: string) => lines(dumped("label", text).entries);
  assert.deepEqual(label('<label id="2"/>'), ["id = 2"]);
  assert.deepEqual(label('<label id="2"><id>x</id></label>'), ["id = 2"]);
  assert.deepEqual(label('<label id="02"><id>2</id></label>'), ["id = 2"]);
  assert.deepEqual(label('<label id="2"><id>3</id></label>'), ["@id = 2", "id = 3"]);
});

test("an id before a member belongs to it, and its other contents are shown", () => {
  const members = (text: string) =>
    lines(dumped("artist", `<artist><members>${text}</members></artist>`).entries);
  const first = "members/name[1]";
  assert.deepEqual(members("<id>1</id><name>A</name>"), [
    `${first} = (element)`,
    `${first}/@id = 1`,
    `${first}/text() = A`,
  ]);
  assert.deepEqual(members('<id>1</id><name id="2"/>'), [
    "members/id = 1",
    `${first} = (element)`,
    `${first}/@id = 2`,
  ]);
  assert.deepEqual(members('<id a="b"> 1</id><x/><name>A</name>'), [
    "members/id/@a = b",
    `${first} = (element)`,
    `${first}/@id = 1`,
    "members/name[2] = (element)",
    "members/name[2]/text() = A",
  ]);
});

test("a record without an id, or a label without a name, is in no dataset", () => {
  const idOf = (entity: Entity, xml: string) => dumped(entity, xml).id;
  assert.equal(idOf("artist", "<artist><id>x</id><name>A</name></artist>"), undefined);
  assert.equal(idOf("artist", "<artist><id>0</id></artist>"), 0n);
  assert.equal(idOf("label", "<label><id>212</id></label>"), undefined);
  assert.equal(idOf("label", "<label id='212'><name>L</name></label>"), 212n);
  assert.equal(idOf("release", "<release id=' 9223372036854775807 '/>"), 2n ** 63n - 1n);
  assert.equal(idOf("release", "<release id='9223372036854775808'/>"), undefined);
});

test("the rebuilt form includes rows without a place and ordinals out of order", () => {
  const { rows } = fullRecords.release;
  const [tracks = [], credits = []] = [rows.release_tracks_v1, rows.release_credits_v1];
  const without = { ...rows, release_tracks_v1: tracks.slice(0, 5) };
  assert.deepEqual(lines(rebuilt("release", without)).slice(-1), [
    'release_credits_v1, a row without a place = {"track_no":"6","is_extra":true,"credit_no":"1","artist_id":null,' +
      '"name":"F","anv":null,"join_text":null,"role":null,"tracks":null}',
  ]);
  const renumbered = tracks.map((row) => ({
    ...row,
    track_no: row.track_no === 2n ? 9n : (row.track_no ?? null),
  }));
  const found = lines(
    rebuilt("release", { ...rows, release_tracks_v1: renumbered, release_credits_v1: credits }),
  );
  assert.deepEqual(
    found.filter((line) => line.includes("expected")),
    ["tracklist/track[2], track_no where 2 was expected = 9"],
  );
});

test("shows differences with their path and both values", () => {
  const long = `${"a".repeat(500)}b${"c".repeat(500)}`;
  const found = differences(
    [
      { path: "title", value: "T" },
      { path: "year", value: "1" },
      { path: "notes", value: long },
    ],
    [
      { path: "year", value: "2" },
      { path: "notes", value: long.replace("b", "B") },
      { path: "country", value: '"' },
    ],
  );
  assert.deepEqual(renderDifferences(found), [
    "  title",
    '    - dump:     "T"',
    "    + datasets: nothing",
    "  year",
    '    - dump:     "1"',
    '    + datasets: "2"',
    "  notes",
    `    - dump:     ..."${"a".repeat(40)}b${"c".repeat(119)}"... (of 1001 characters)`,
    `    + datasets: ..."${"a".repeat(40)}B${"c".repeat(119)}"... (of 1001 characters)`,
    "  country",
    "    - dump:     nothing",
    '    + datasets: "\\""',
  ]);
  const many = Array.from({ length: 12 }, (_, index) => ({ path: `p${index}`, value: "1" }));
  assert.equal(renderDifferences(differences(many, [])).at(-1), "  and 2 more");
});
