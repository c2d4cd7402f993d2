import assert from "node:assert/strict";
import { test } from "node:test";
import { allTables } from "./index.ts";
import { referencedFirst } from "./referenced_first.ts";

test("a dataset follows those that it must refer to, in whatever order they are given", () => {
  for (const given of [allTables, allTables.toReversed()]) {
    const ordered = referencedFirst(given);
    assert.deepEqual(new Set(ordered), new Set(allTables));
    assert.equal(ordered.length, allTables.length);
    const placeOf = (name: string) => ordered.findIndex(({ table }) => table === name);
    const hard = ordered.flatMap(({ table, references = [] }) =>
      references
        .filter(({ to, severity }) => severity === "CRITICAL" && to.table !== table)
        .map(({ to }) => [table, to.table] as const),
    );
    assert.ok(hard.length > 10);
    for (const [from, to] of hard) assert.ok(placeOf(from) > placeOf(to), `${from} refers to ${to}`);
  }
});

test("datasets without references among them keep their order", () => {
  const alone = allTables.map(({ references: _, ...dataset }) => dataset);
  assert.deepEqual(referencedFirst(alone), alone);
});
