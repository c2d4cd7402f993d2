import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { readParametersFile } from "./parameters_file.ts";

function parsed(t: Parameters<typeof temporaryDirectory>[0], text: string | Buffer): Record<string, string> {
  const file = join(temporaryDirectory(t), "p.yml");
  writeFileSync(file, text);
  return readParametersFile(file);
}

test("reads values as text, however YAML writes them", (t) => {
  const text = `# a comment
run_mode: prod # another
dump_month: "2026-07"
"dry_run": true
max_drop_pct: 5
out_dir: 'it''s here'
sql_file: >-
  a long
  name
raw_root: &root /raw
copy: *root
empty: ""
list: [a, b]
nested: {run_id: x}
`;
  assert.deepEqual(parsed(t, text), {
    run_mode: "prod",
    dump_month: "2026-07",
    dry_run: "true",
    max_drop_pct: "5",
    out_dir: "it's here",
    sql_file: "a long name",
    raw_root: "/raw",
    copy: "/raw",
    empty: "",
    list: '["a","b"]',
    nested: '{"run_id":"x"}',
  });
  assert.deepEqual(parsed(t, "# nothing\n"), {});
});

test("refuses values that Digdag could read differently, naming them", (t) => {
  for (const [text, message] of [
    ["a: 010", /^a in the parameters file .*p\.yml is 010, which YAML reads as 10: write it in quotes$/],
    ["a: True", /^a in .* is True, which YAML reads as true: write it in quotes$/],
    ["a:", /^a in .* has no value: remove it, or write ''$/],
    ["a: [b", /^the parameters file .*p\.yml can't be used: Flow sequence .* at line \d+, column \d+$/],
    ["a: 1\na: 2", /can't be used: Map keys must be unique at line 2, column 1$/],
    ["!include : 'x.yml'", /can't be used: Unresolved tag: !include/],
    ["a: 1\n---\nb: 2", /can't be used: .*multiple documents/],
    ["- a", /must have lines NAME: VALUE$/],
    [Buffer.from("a: caf\xe9", "latin1"), /p\.yml: line 1, byte 7: not UTF-8$/],
  ] as [string | Buffer, RegExp][]) {
    assert.throws(() => parsed(t, text), { name: "ExpectedError", message }, String(text));
  }
});
