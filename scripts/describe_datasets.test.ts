import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { allTables } from "../lib/datasets/index.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./describe_datasets.ts";

const page = readFileSync(new URL("../docs/datasets.md", import.meta.url), "utf8");

test("docs/datasets.md is what the script prints", async () => {
  const { code, stdout } = await runMain(main, []);
  assert.equal(code, 0);
  assert.equal(page, stdout, "run: bin/lake generate");
});

test("every column of every dataset is listed", () => {
  const sections = page.split("\n### ").slice(1);
  assert.equal(sections.length, allTables.length);
  for (const [index, { columns }] of allTables.entries()) {
    const lines = [...(sections[index] ?? "").matchAll(/^\| (\w+) \| ([^|]+) \|/gm)].map(([, name]) => name);
    const names = columns.map(({ name }) => name);
    assert.deepEqual(
      lines.filter((name) => name !== "column" && name !== "view"),
      names,
    );
  }
});

test("describes places in the dump as declared", () => {
  for (const line of [
    "| alias_id | BIGINT |  | Artist id of the alias; NULL if the dump has none. | number at `artist/aliases/name/@id` |",
    "| group_name | VARCHAR |  | Name of the group, as written in the record that the row comes from. | of `artist/members/name`: `artist/name`; of `artist/groups/name`: its text |",
    "| credits_flat | VARCHAR |  | Credits of the release as a whole, each as `role: name`, joined for display. | for each `release/extraartists/artist`: `{role}` and `{name}` with `: ` between them; joined with `; ` |",
    "- A row without `release_id` is dropped, and counted as `null_release_id`.",
  ]) {
    assert.ok(page.includes(`${line}\n`), line);
  }
});
