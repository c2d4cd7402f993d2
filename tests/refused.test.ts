import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EXIT } from "../lib/cli/errors.ts";
import type { Entity } from "../lib/datasets/declaration.ts";
import { DumpError } from "../lib/dump/dump_error.ts";
import { extractAll } from "../lib/testing/dumps.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const REFUSED = join(dirname(fileURLToPath(import.meta.url)), "refused");

/** The dump of a case, by its name. */
function dumpOf(folder: string): { path: string; entity: Entity } {
  const [name = "", ...others] = readdirSync(folder).filter((each) => each !== "error.txt");
  const entity = /^(artist|label|master|release)s\.xml(\.gz)?$/.exec(name)?.[1];
  assert.ok(entity !== undefined && others.length === 0, `${folder} needs one dump`);
  return { path: join(folder, name), entity: entity as Entity };
}

/** `error.txt` has the message after the path, on one line; `*` matches anything. */
function messageOf(folder: string, path: string): RegExp {
  const parts = readFileSync(join(folder, "error.txt"), "utf8").trimEnd().split("*");
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${literal(path)}: ${parts.map(literal).join(".*")}$`);
}

const cases = readdirSync(REFUSED, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("finds dumps to refuse", () => assert.ok(cases.length > 0));

for (const { name } of cases) {
  test(`refuses with the place, leaving nothing behind: ${name}`, async (t) => {
    const folder = join(REFUSED, name);
    const { path, entity } = dumpOf(folder);
    const out = temporaryDirectory(t);
    await assert.rejects(extractAll(path, entity, out, { batch: 1 }), (error) => {
      assert.ok(error instanceof DumpError, String(error));
      assert.equal(error.exitCode, EXIT.badInput);
      assert.match(error.message, messageOf(folder, path));
      return true;
    });
    assert.deepEqual(readdirSync(out), []);
  });
}
