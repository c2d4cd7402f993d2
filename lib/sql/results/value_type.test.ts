import assert from "node:assert/strict";
import { test } from "node:test";
import { valueType } from "./value_type.ts";

const scalar = (name: string) => ({ kind: "scalar", name });

test("parses nested types", () => {
  assert.deepEqual(valueType("BIGINT"), scalar("BIGINT"));
  assert.deepEqual(valueType("TIMESTAMP(6) WITH TIME ZONE"), scalar("TIMESTAMP(6) WITH TIME ZONE"));
  assert.deepEqual(valueType("DECIMAL(10, 2)"), { kind: "decimal", precision: 10, scale: 2 });
  assert.deepEqual(valueType("ARRAY(ARRAY(VARCHAR))"), {
    kind: "list",
    items: { kind: "list", items: scalar("VARCHAR") },
  });
  assert.deepEqual(valueType("ARRAY(ROW(id BIGINT, d DECIMAL(4, 1), r ROW(a DOUBLE, b ARRAY(DATE))))"), {
    kind: "list",
    items: {
      kind: "row",
      fields: [
        { name: "id", type: scalar("BIGINT") },
        { name: "d", type: { kind: "decimal", precision: 4, scale: 1 } },
        {
          name: "r",
          type: {
            kind: "row",
            fields: [
              { name: "a", type: scalar("DOUBLE") },
              { name: "b", type: { kind: "list", items: scalar("DATE") } },
            ],
          },
        },
      ],
    },
  });
});

test("field names may have several words, or be absent", () => {
  assert.deepEqual(valueType("ROW(first pressing BIGINT, at TIMESTAMP(3) WITH TIME ZONE, VARCHAR)"), {
    kind: "row",
    fields: [
      { name: "first pressing", type: scalar("BIGINT") },
      { name: "at", type: scalar("TIMESTAMP(3) WITH TIME ZONE") },
      { name: "field2", type: scalar("VARCHAR") },
    ],
  });
});

test("treats any other type as a scalar of that name", () => {
  for (const name of ["INTEGER[3]", "MAP(VARCHAR, BIGINT)", "ENUM('a', 'b')"]) {
    assert.deepEqual(valueType(name), scalar(name));
  }
});
