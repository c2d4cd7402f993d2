import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Json } from "@duckdb/node-api";
import { silentLogger } from "../lib/cli/log.ts";
import type { Entity, ExtractedDataset } from "../lib/datasets/declaration.ts";
import { extractedDatasets } from "../lib/datasets/index.ts";
import { untyped } from "../lib/datasets/untyped.ts";
import { type ExtractOptions, extractDump } from "../lib/extract/extract_dump.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { parquetRows } from "../lib/testing/parquet.ts";

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), "golden");
const ENTITIES: readonly Entity[] = ["artist", "label", "master", "release"];
/** Small, so that rows span parts. */
const PART_ROWS = 4;

/** Rows and counts of each dataset, by directory. */
type Outcome = Record<string, { rows: Json[]; counts: Record<string, number> }>;

function expectedOf(folder: string): Outcome {
  const counts = JSON.parse(readFileSync(join(folder, "counts.json"), "utf8"));
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  assert.deepEqual(names.map((name) => basename(name, ".jsonl")).sort(), Object.keys(counts).sort());
  return Object.fromEntries(
    names.map((name) => {
      const lines = readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);
      const directory = basename(name, ".jsonl");
      return [directory, { rows: lines.map((line) => JSON.parse(line)), counts: counts[directory] }];
    }),
  );
}

/** The typed datasets of an entity, and the untyped ones for which the case has rows. */
function datasetsFor(entity: Entity, expected: Outcome): ExtractedDataset[] {
  const typed = extractedDatasets.filter((dataset) => dataset.entity === entity);
  const withUntyped = typed.filter(({ directory }) => directory.endsWith("_typed")).map(untyped);
  return [...typed, ...withUntyped.filter(({ directory }) => directory in expected)];
}

async function extractCase(
  t: TestContext,
  input: string,
  expected: Outcome,
  options: Partial<ExtractOptions>,
): Promise<Outcome> {
  const dir = temporaryDirectory(t);
  const outcome: Outcome = {};
  for (const entity of ENTITIES) {
    const source = join(input, `${entity}s.xml`);
    if (!existsSync(source)) continue;
    const outputs = datasetsFor(entity, expected).map((dataset) => ({
      dataset,
      out: join(dir, dataset.directory),
    }));
    const result = await extractDump({
      source,
      entity,
      outputs,
      clean: false,
      log: silentLogger,
      ...options,
    });
    for (const { directory, counts } of result.datasets) {
      const counted = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
      outcome[directory] = { rows: await parquetRows(join(dir, directory, "*.parquet")), counts: counted };
    }
  }
  return outcome;
}

const cases = readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test("there are golden cases", () => assert.ok(cases.length > 0));

for (const { name } of cases) {
  test(`golden: ${name}`, async (t) => {
    const expected = expectedOf(join(GOLDEN, name, "expected"));
    const optionsFile = join(GOLDEN, name, "options.json");
    const options = existsSync(optionsFile) ? JSON.parse(readFileSync(optionsFile, "utf8")) : {};
    for (const batch of [undefined, PART_ROWS]) {
      const found = await extractCase(t, join(GOLDEN, name, "input"), expected, { ...options, batch });
      assert.deepEqual(found, expected);
    }
  });
}
