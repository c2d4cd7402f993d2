import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExpectedError } from "../cli/errors.ts";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf } from "../datasets/index.ts";
import { elementEnd, tagName } from "../dump/xml_tags.ts";
import { byteChanges, changedBytes } from "../testing/byte_changes.ts";
import { valuesOf } from "../testing/columns.ts";
import { BlockParser } from "./block_parser.ts";

// The scanner with saxes behind it yields the same rows or the same refusal as saxes alone for any record.

/** Generated records per entity; `npm run test:fuzz` generates a million in all. */
const RUNS = Number(process.env.DISCOGS_FUZZ_RUNS ?? 2500);

const NAMES: Record<Entity, readonly string[]> = {
  artist: [
    "id",
    "name",
    "realname",
    "profile",
    "data_quality",
    "urls",
    "url",
    "namevariations",
    "aliases",
    "members",
    "groups",
    "images",
    "image",
  ],
  label: [
    "id",
    "name",
    "profile",
    "contactinfo",
    "parentLabel",
    "urls",
    "url",
    "sublabels",
    "label",
    "data_quality",
    "images",
    "notes",
  ],
  master: [
    "main_release",
    "artists",
    "artist",
    "id",
    "name",
    "anv",
    "join",
    "genres",
    "genre",
    "styles",
    "style",
    "year",
    "title",
    "videos",
    "video",
    "notes",
  ],
  release: [
    ...[
      "artists",
      "artist",
      "id",
      "name",
      "anv",
      "join",
      "title",
      "labels",
      "label",
      "extraartists",
      "role",
      "formats",
      "format",
    ],
    ...[
      "descriptions",
      "description",
      "genres",
      "genre",
      "styles",
      "style",
      "country",
      "released",
      "master_id",
      "tracklist",
      "track",
    ],
    ...["identifiers", "identifier", "release", "notes", "videos", "video", "companies", "company", "images"],
  ],
};

/** Lists of a record with their items, so that generated records often contain values. */
const LISTS: Record<Entity, readonly (readonly [string, string])[]> = {
  artist: [
    ["urls", "url"],
    ["namevariations", "name"],
    ["aliases", "name"],
    ["members", "name"],
    ["groups", "name"],
    ["images", "image"],
  ],
  label: [
    ["urls", "url"],
    ["sublabels", "label"],
    ["notes", "notes"],
  ],
  master: [
    ["artists", "artist"],
    ["genres", "genre"],
    ["styles", "style"],
    ["videos", "video"],
  ],
  release: [
    ["artists", "artist"],
    ["labels", "label"],
    ["extraartists", "artist"],
    ["formats", "format"],
    ["identifiers", "identifier"],
    ["tracklist", "track"],
    ["notes", "notes"],
    ["companies", "company"],
  ],
};

const ATTRIBUTES = ["id", "name", "catno", "qty", "text", "type", "description", "value", "status", "x"];
const PIECES = [
  ...[
    "a",
    "Ä",
    "日本",
    "😀",
    "7",
    "12345678901234567890",
    " ",
    "  ",
    "\n",
    "\t",
    "\r\n",
    "\u00a0",
    "\u2003",
    "\u0085",
    "\u3000",
  ],
  ...[
    "\u200b",
    "\ufeff",
    "\uffee",
    "\uf8ff",
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#13;",
    "&#9;",
    "&#x1F600;",
    "&#xe9;",
  ],
  ...["&#160;", "&#8195;", ">", "'", "]", "]]", "=", "/"],
];
const RARE = [
  "&nbsp;",
  "&",
  "&#0;",
  "&#xFFFE;",
  "&#1114112;",
  "]]>",
  "<![CDATA[ x<y ]]>",
  "<!-- c -->",
  "<?pi x?>",
  '"',
  "\u0001",
  "\uffff",
  "\ufffe",
];

const piece = fc.oneof(
  { arbitrary: fc.constantFrom(...PIECES), weight: 60 },
  { arbitrary: fc.constantFrom(...RARE), weight: 1 },
);
const content = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
const attribute = fc.tuple(fc.constantFrom(...ATTRIBUTES), content, fc.constantFrom('"', '"', '"', '"', "'"));
const attributes = fc
  .array(attribute, { maxLength: 3 })
  .map((list) =>
    list.map(([name, value, quote]) => ` ${name}=${quote}${value.replaceAll(quote, "")}${quote}`).join(""),
  );

function tag(name: string, attributeText: string, inner: string): string {
  return inner === "" ? `<${name}${attributeText}/>` : `<${name}${attributeText}>${inner}</${name}>`;
}

function record(entity: Entity): fc.Arbitrary<string> {
  const leaf = fc.tuple(fc.constantFrom(...NAMES[entity]), attributes, content).map((parts) => tag(...parts));
  const inner = fc.array(leaf, { maxLength: 4 }).map((leaves) => leaves.join(""));
  const item = (name: string) =>
    fc.tuple(fc.constant(name), attributes, fc.oneof(content, inner)).map((parts) => tag(...parts));
  const list = fc
    .constantFrom(...LISTS[entity])
    .chain(([outer, name]) =>
      fc.array(item(name), { maxLength: 4 }).map((items) => tag(outer, "", items.join(""))),
    );
  const parts = fc.array(fc.oneof(leaf, list), { maxLength: 8 });
  return fc.tuple(attributes, parts).map(([text, all]) => tag(entity, text, all.join("")));
}

/** Bytes inserted, removed or changed. */
const mutations = byteChanges(
  fc.oneof(fc.constantFrom(...Buffer.from("<>/&;\"'=] \n\r\0!?-x")), fc.integer({ min: 0, max: 255 })),
  3,
);

interface Outcome {
  error?: string;
  rows?: unknown[];
  unknown?: [string, number][];
  trimmed?: [string, number][];
}

/** A parser's results for one record after another: the rows of all datasets, or the error. */
class Reader {
  readonly #parser: BlockParser;

  constructor(entity: Entity, onlySaxes: boolean) {
    this.#parser = new BlockParser({ entity, datasets: datasetsOf(entity), label: "dump", onlySaxes });
  }

  read(bytes: Uint8Array): Outcome {
    const place = { record: 1, offset: 0 };
    try {
      this.#parser.parse({ bytes, starts: [0], ends: [bytes.length], place, isRootImplied: false });
      return {
        rows: this.#parser.rows.map(({ columns, rows, counts }) => [
          rows,
          [...counts],
          columns.map(valuesOf),
        ]),
        unknown: [...this.#parser.noticed.unknown],
        trimmed: [...this.#parser.noticed.trimmed],
      };
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      return { error: error.message };
    }
  }
}

for (const entity of Object.keys(NAMES) as Entity[]) {
  test(`${entity}: yields the same rows or the same refusal as saxes alone`, () => {
    const scanning = new Reader(entity, false);
    const authority = new Reader(entity, true);
    fc.assert(
      fc.property(record(entity), mutations, (text, changes) => {
        const bytes = changedBytes(text, changes);
        // Other bytes are never passed on as a record: the splitter refuses them.
        fc.pre(
          elementEnd(bytes, 0, bytes.length) === bytes.length && tagName(bytes, 0, bytes.length) === entity,
        );
        assert.deepEqual(scanning.read(bytes), authority.read(bytes));
      }),
      { numRuns: RUNS },
    );
  });
}

// Cases found by the property test.
const FOUND = [
  '<label id="&"/>',
  '<label id="a & b"><id>1</id></label>',
  '<label id="1" id="2"><id>1</id></label>',
];

for (const text of FOUND) {
  test(`refuses a record and reads the next one normally: ${text}`, () => {
    const bytes = Buffer.from(text);
    for (const onlySaxes of [false, true]) {
      const parser = new BlockParser({
        entity: "label",
        datasets: datasetsOf("label"),
        label: "dump",
        onlySaxes,
      });
      const place = { record: 7, offset: 100 };
      const block = { bytes, starts: [0], ends: [bytes.length], place, isRootImplied: false };
      assert.throws(
        () => parser.parse(block),
        /^DumpError: dump: record 7, byte 100: ("&" without|duplicate)/,
      );
      assert.equal(parser.parseWhole(Buffer.from(text)), undefined);
      assert.equal(parser.parseWhole(Buffer.from("<label><![CDATA[x]]></label>")), 1);
    }
  });
}
