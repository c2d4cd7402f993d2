import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { DescribedColumn, Key, Reference, TableDeclaration } from "../datasets/types.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import { ACTIVE_SCHEMA } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runUnfenced } from "../testing/run_fixture.ts";
import type { CheckResult } from "./check.ts";
import { keyChecks, orphanCheck, orphansOf, referencesAmong } from "./declared_checks.ts";

const bigint = (name: string, mandatory = false): DescribedColumn => ({
  name,
  type: "BIGINT",
  about: "A number.",
  mandatory,
});

function declare(
  table: string,
  columns: readonly DescribedColumn[],
  rest: { kind?: "canonical" | "detail"; key?: Key; references?: readonly Reference[] },
): TableDeclaration {
  return { directory: table, table, kind: "detail", required: false, about: "Rows.", columns, ...rest };
}

const records = declare("records", [bigint("record_id", true)], {
  kind: "canonical",
  key: { columns: ["record_id"], hard: true },
});

const parts = declare("parts", [bigint("record_id", true), bigint("part_no", true), bigint("parent_no")], {
  key: { columns: ["record_id", "part_no"], hard: true },
  references: [
    { columns: ["record_id"], to: { table: "records", columns: ["record_id"] }, severity: "CRITICAL" },
    {
      columns: ["record_id", "parent_no"],
      to: { table: "parts", columns: ["record_id", "part_no"] },
      severity: "CRITICAL",
    },
  ],
});

const credits = declare(
  "credits",
  [bigint("record_id", true), bigint("part_no"), bigint("credit_no", true), bigint("artist_id")],
  {
    key: { columns: ["record_id", "part_no", "credit_no"], hard: true },
    references: [
      {
        columns: ["record_id", "part_no"],
        to: { table: "parts", columns: ["record_id", "part_no"] },
        severity: "CRITICAL",
      },
      { columns: ["artist_id"], to: { table: "artists", columns: ["artist_id"] }, severity: "INFO" },
    ],
  },
);

const artists = declare("artists", [bigint("artist_id", true)], { kind: "canonical" });
const all = [records, parts, credits, artists];

/** Sound rows by table, as SQL, which each test corrupts. */
const SOUND: Readonly<Record<string, string>> = {
  records: "VALUES (1), (2), (3), (4), (5), (6)",
  parts: "VALUES (1, 1, NULL), (1, 2, 1), (1, 3, NULL), (2, 1, NULL), (5, 1, NULL), (6, 1, NULL), (6, 2, 1)",
  credits: "VALUES (1, NULL, 1, 7), (1, NULL, 2, 0), (1, 1, 1, NULL), (2, 1, 1, 8), (6, 2, 1, 7)",
  artists: "VALUES (7), (8)",
};

/** All key and reference checks of the tables with these rows, in the given steps. */
async function check(
  t: TestContext,
  rows: Readonly<Record<string, string>>,
  rowsAtOnce?: number,
): Promise<CheckResult[]> {
  const dir = join(temporaryDirectory(t), "run");
  for (const { table, columns } of all) {
    mkdirSync(join(dir, table), { recursive: true });
    const select = columns.map(({ name }, index) => `col${index}::BIGINT AS ${name}`).join(", ");
    await runUnfenced(
      `COPY (SELECT ${select} FROM (${rows[table] ?? SOUND[table]})) TO '${dir}/${table}/part-00000.parquet'`,
    );
  }
  const { engine } = await openRunEngine(dir, { threads: 1 });
  try {
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables: all });
    const checks: CheckResult[] = [];
    const options = rowsAtOnce === undefined ? {} : { rowsAtOnce };
    for (const dataset of all) checks.push(...(await keyChecks(engine, dataset, options)));
    const usable = new Set(all.map(({ table }) => table));
    for (const declared of referencesAmong(all)) {
      checks.push(await orphanCheck(engine, declared, usable, rowsAtOnce));
    }
    return checks;
  } finally {
    await engine.close();
  }
}

const spoilt = (checks: readonly CheckResult[]) =>
  checks
    .filter(({ value }) => value !== 0n)
    .map(({ name, severity, ok, value }) => [name, severity, ok, value]);

test("sound keys and references pass, where NULL and 0 refer to nothing", async (t) => {
  const checks = await check(t, {});
  assert.deepEqual(spoilt(checks), []);
  assert.deepEqual(
    checks.map(({ name }) => name),
    [
      "records.duplicate_record_id",
      "parts.duplicate_keys",
      "parts.gaps_in_part_no",
      "credits.duplicate_keys",
      "credits.gaps_in_credit_no",
      "parts.orphan_record_id",
      "parts.orphan_record_id_parent_no",
      "credits.orphan_record_id_part_no",
      "credits.orphan_artist_id",
    ],
  );
});

interface Case {
  what: string;
  rows: Record<string, string>;
  finds: readonly [name: string, severity: string, ok: boolean, value: bigint][];
  says: RegExp;
}

const cases: Case[] = [
  {
    what: "a duplicate key of several columns, with NULLs equal",
    rows: { credits: `${SOUND.credits}, (1, NULL, 2, 8)` },
    finds: [
      ["credits.duplicate_keys", "CRITICAL", false, 1n],
      ["credits.gaps_in_credit_no", "CRITICAL", false, 1n],
    ],
    says: /^duplicate values of \(record_id, part_no, credit_no\); smallest record_id: 1$/,
  },
  {
    what: "ordinals with a gap",
    rows: { credits: `${SOUND.credits}, (6, 2, 3, NULL)` },
    finds: [["credits.gaps_in_credit_no", "CRITICAL", false, 1n]],
    says: /^values of \(record_id, part_no\) whose credit_no is not 1, 2, 3 and so on; smallest record_id: 6$/,
  },
  {
    what: "ordinals that start at 0 or are NULL",
    rows: { credits: "VALUES (1, NULL, 0, 7), (1, NULL, 2, 7), (2, 1, NULL, NULL)" },
    finds: [["credits.gaps_in_credit_no", "CRITICAL", false, 2n]],
    says: /smallest record_id: 1$/,
  },
  {
    what: "a reference of several columns, one of which matches",
    rows: { credits: `${SOUND.credits}, (2, 2, 1, NULL), (5, 9, 1, NULL)` },
    finds: [["credits.orphan_record_id_part_no", "CRITICAL", false, 2n]],
    says: /^rows whose \(record_id, part_no\) is not in parts; smallest record_id: 2$/,
  },
  {
    what: "a reference to the same table",
    rows: { parts: `${SOUND.parts}, (5, 2, 3)` },
    finds: [["parts.orphan_record_id_parent_no", "CRITICAL", false, 1n]],
    says: /smallest record_id: 5$/,
  },
  {
    what: "an orphan that is a known anomaly of the dumps",
    rows: { credits: `${SOUND.credits}, (2, 1, 2, 99), (2, 1, 3, 99)` },
    finds: [["credits.orphan_artist_id", "INFO", true, 1n]],
    says: /^artist_ids that are not in artists; smallest: 99$/,
  },
  {
    what: "a missing record of a detail dataset",
    rows: { parts: `${SOUND.parts}, (9, 1, NULL), (9, 2, 1)` },
    finds: [["parts.orphan_record_id", "CRITICAL", false, 1n]],
    says: /^record_ids that are not in records; smallest: 9$/,
  },
];

for (const { what, rows, finds, says } of cases) {
  test(`finds ${what}, in slices as in one step`, async (t) => {
    const whole = await check(t, rows);
    assert.deepEqual(spoilt(whole), finds);
    assert.match(whole.find(({ name }) => name === finds[0]?.[0])?.details ?? "", says);
    assert.deepEqual(await check(t, rows, 1), whole);
    assert.deepEqual(await check(t, rows, 2), whole);
  });
}

test("a reference to a dataset that the run lacks is not checked", () => {
  const names = (datasets: readonly TableDeclaration[]) => referencesAmong(datasets).map(orphansOf);
  assert.deepEqual(names([records, parts]), ["parts.orphan_record_id", "parts.orphan_record_id_parent_no"]);
  assert.deepEqual(names([credits, artists]), ["credits.orphan_artist_id"]);
  assert.deepEqual(names([credits]), []);
});
