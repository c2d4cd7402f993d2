import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { datasetsOf } from "../datasets/index.ts";
import type { ColumnData } from "../parquet/column_data.ts";
import { BlockParser } from "./block_parser.ts";

const datasets = datasetsOf("artist");
const parsers = [false, true].map(
  (onlySaxes) => new BlockParser({ entity: "artist", datasets, label: "dump", onlySaxes }),
);

/** The columns of the first dataset, once from the scanner, once from saxes alone. */
function columnsOf(records: readonly string[]): ReadonlyMap<string, ColumnData>[] {
  const bytes = Buffer.from(records.join(""));
  const ends = records.map((_, index) => Buffer.byteLength(records.slice(0, index + 1).join("")));
  const starts = [0, ...ends.slice(0, -1)];
  return parsers.map((parser) => {
    parser.parse({ bytes, starts, ends, place: { record: 1, offset: 0 }, isRootImplied: false });
    const columns = parser.rows[0]?.columns ?? [];
    return new Map(columns.map((column, index) => [datasets[0]?.columns[index]?.name ?? "", column]));
  });
}

/** The texts of a column without NULLs. */
function texts(column: ColumnData | undefined): string[] {
  assert.ok(column?.kind === "utf8" && column.validity.nullCount === 0);
  const bytes = Buffer.from(column.bytes);
  let end = 0;
  return [...column.lengths].map((length) => {
    end += length;
    return bytes.toString("utf8", end - length, end);
  });
}

/** The id read from a text; undefined for NULL, and then there is no row. */
function idsOf(text: string): (bigint | undefined)[] {
  return columnsOf([`<artist><id>${text}</id></artist>`]).map((columns) => {
    const column = columns.get("artist_id");
    assert.ok(column?.kind === "int64" && column.validity.nullCount === 0);
    const [low, high = 0] = column.words;
    return low === undefined ? undefined : (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low));
  });
}

test("an id is decimal digits within signed 64 bits", () => {
  const max = 2n ** 63n - 1n;
  for (const value of [0n, 7n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n + 1n, max]) {
    assert.deepEqual(idsOf(String(value)), [value, value]);
  }
  assert.deepEqual(idsOf("007"), [7n, 7n]);
  assert.deepEqual(idsOf(`${"0".repeat(30)}${max}`), [max, max]);
  for (const text of ["", "-1", "+1", "1.0", "1e3", "0x1", "1 2", "１２", "abc", "9".repeat(40)]) {
    assert.deepEqual(idsOf(text), [undefined, undefined], text);
  }
});

test("ids agree with BigInt on every string of digits", () => {
  const numbers = fc.bigInt({ min: 0n, max: 2n ** 68n });
  fc.assert(
    fc.property(numbers, (value) => {
      const wanted = value < 2n ** 63n ? value : undefined;
      assert.deepEqual(idsOf(String(value)), [wanted, wanted]);
    }),
    { examples: [[2n ** 63n - 1n], [2n ** 63n], [2n ** 64n], [2n ** 64n + 1n]] },
  );
});

test("grows memory for more values, rows and bytes than fit at first", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `name ${index}`);
  const profile = "long & wide ".repeat(200_000);
  const records = Array.from(
    { length: 3000 },
    (_, index) => `<artist><id>${index}</id><name>n${index}</name>`,
  );
  const long = `<profile>${profile.replaceAll("&", "&amp;")}</profile>`;
  const list = `<namevariations>${names.map((name) => `<name>${name}</name>`).join("")}</namevariations>`;
  const texted = records.map((start, index) => `${start}${index === 7 ? list : ""}</artist>`);
  for (const columns of columnsOf([...texted, `<artist><id>1</id><name>n</name>${long}</artist>`])) {
    assert.deepEqual(texts(columns.get("name")), [...records.map((_, index) => `n${index}`), "n"]);
    assert.equal(columns.get("artist_id")?.kind, "int64");
    const variations = columns.get("namevariations");
    assert.ok(variations?.kind === "utf8");
    assert.equal(Buffer.from(variations.bytes).toString(), names.join(", "));
    const profiles = columns.get("profile");
    assert.ok(profiles?.kind === "utf8");
    assert.equal(Buffer.from(profiles.bytes).toString(), profile.trim());
    assert.equal(profiles.validity.nullCount, 3000);
    assert.equal((profiles.validity.bits[375] ?? 0) & 1, 1);
  }
});
