import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { keyChecks, nullChecks, orphanCheck, referencesAmong } from "../../lib/checks/declared_checks.ts";
import { checkColumns } from "../../lib/checks/parts.ts";
import { silentLogger } from "../../lib/cli/log.ts";
import { allTables } from "../../lib/datasets/index.ts";
import { releasesV6 } from "../../lib/datasets/releases_v6.ts";
import { shortName } from "../../lib/datasets/short_name.ts";
import { datasetsPage } from "../../lib/docs/datasets_page.ts";
import { extractDump } from "../../lib/extract/extract_dump.ts";
import { openRunEngine } from "../../lib/sql/duckdb/open.ts";
import { ACTIVE_SCHEMA, type SqlEngine } from "../../lib/sql/engine.ts";
import { registerSchema } from "../../lib/sql/register.ts";
import { testEngines } from "../../lib/testing/engines.ts";
import { temporaryDirectory } from "../../lib/testing/files.ts";
import { runUnfenced } from "../../lib/testing/run_fixture.ts";
import { releaseGenresV1 } from "./release_genres_v1.ts";

// Only `release_genres_v1.ts` knows the dataset: the code below is the same for all datasets.

const DUMP = `<releases>
<release id="1"><title>Stockholm</title><genres><genre>Electronic</genre><genre>Funk / Soul</genre></genres></release>
<release id="2"><title>Knockin' Boots</title></release>
<release id="7"><title>No Place Like Home</title><genres><genre>Electronic</genre><genre/></genres></release>
</releases>`;

const tables = [releasesV6, releaseGenresV1];

/** Extracts the dump to a directory laid out like a run. */
async function extracted(runDir: string): Promise<void> {
  mkdirSync(runDir, { recursive: true });
  const source = join(dirname(runDir), "releases.xml");
  writeFileSync(source, DUMP);
  const outputs = tables.map((dataset) => ({ dataset, out: join(runDir, dataset.directory) }));
  await extractDump({ source, entity: "release", outputs, clean: false, log: silentLogger });
}

async function checksOf(engine: SqlEngine) {
  await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
  const checks = [
    ...(await nullChecks(engine, releaseGenresV1)),
    ...(await keyChecks(engine, releaseGenresV1)),
  ];
  const usable = new Set(tables.map(({ table }) => table));
  for (const declared of referencesAmong(tables).filter(({ dataset }) => dataset === releaseGenresV1)) {
    checks.push(await orphanCheck(engine, declared, usable));
  }
  return Object.fromEntries(checks.map(({ name, value }) => [name, value]));
}

/** The checks of the dataset after rewriting it by a SELECT on its rows, `$rows`. */
async function checksWith(t: TestContext, select: string) {
  const dir = join(temporaryDirectory(t), "run");
  await extracted(dir);
  const part = join(dir, releaseGenresV1.directory, "part-00000.parquet");
  await runUnfenced(
    `CREATE TABLE kept AS ${select.replaceAll("$rows", `read_parquet('${part}')`)};
    COPY kept TO '${part}' (FORMAT parquet)`,
  );
  const { engine, session } = await openRunEngine(dir, { threads: 1 });
  try {
    const columns = await checkColumns(
      session,
      join(dir, releaseGenresV1.directory),
      releaseGenresV1,
      ["part-00000.parquet"],
      "release_genres_v1.columns",
      {},
    );
    assert.ok(columns.check.ok, columns.check.details);
    return await checksOf(engine);
  } finally {
    await engine.close();
  }
}

test("checks keys, mandatory columns and references of a new dataset as declared", async (t) => {
  const sound = {
    "release_genres_v1.null_release_id": 0n,
    "release_genres_v1.null_genre_no": 0n,
    "release_genres_v1.duplicate_keys": 0n,
    "release_genres_v1.gaps_in_genre_no": 0n,
    "release_genres_v1.orphan_release_id": 0n,
  };
  assert.deepEqual(await checksWith(t, "SELECT * FROM $rows"), sound);
  assert.deepEqual(await checksWith(t, "SELECT * FROM $rows UNION ALL (FROM $rows LIMIT 1)"), {
    ...sound,
    "release_genres_v1.duplicate_keys": 1n,
    "release_genres_v1.gaps_in_genre_no": 1n,
  });
  assert.deepEqual(await checksWith(t, "SELECT * REPLACE (release_id + 1 AS release_id) FROM $rows"), {
    ...sound,
    "release_genres_v1.orphan_release_id": 1n,
  });
});

for (const { name, open } of testEngines) {
  test(`${name} has the typed table of a new dataset once it is registered`, async (t) => {
    const lake = temporaryDirectory(t);
    await extracted(join(lake, "_runs", "run"));
    const engine = await open(lake);
    try {
      await registerSchema(engine, { schema: "discogs_r_run", location: "_runs/run", tables });
      const found = await engine.query(
        "SELECT * FROM hive.discogs_r_run.release_genres_v1 ORDER BY release_id, genre_no",
      );
      assert.deepEqual(found.columns, [
        { name: "release_id", type: "BIGINT" },
        { name: "genre_no", type: "BIGINT" },
        { name: "genre", type: "VARCHAR" },
      ]);
      assert.deepEqual(found.rows, [
        [1n, 1n, "Electronic"],
        [1n, 2n, "Funk / Soul"],
        [7n, 1n, "Electronic"],
        [7n, 2n, null],
      ]);
    } finally {
      await engine.close();
    }
  });
}

test("no other dataset has the short name of the new one", () => {
  const others = allTables.filter(({ table }) => table !== releaseGenresV1.table);
  assert.ok(!others.map(shortName).includes(shortName(releaseGenresV1)));
});

test("docs/datasets.md would have a section on a new dataset", () => {
  const page = datasetsPage([], [releaseGenresV1]);
  const section = page.slice(page.indexOf("### release_genres_v1"), page.indexOf("### collection"));
  assert.equal(
    section.trim(),
    `### release_genres_v1

One row for each genre of a release. From \`<release>\` records, parts of 500000 rows.
Directory \`release_genres_v1\`, table \`release_genres_v1\`; in \`discogs.duckdb\` \`genres\`.

| column | type |  | what it holds | from the dump |
|---|---|---|---|---|
| release_id | BIGINT | mandatory, key | Id of the release. | number at \`release/@id\` |
| genre_no | BIGINT | mandatory, key | Place in the list, from 1. | place of \`release/genres/genre\` in its list, from 1 |
| genre | VARCHAR |  | A genre of the release. | \`release/genres/genre\` |

- Key: \`release_id\`, \`genre_no\`.
- \`release_id\` is in \`releases_ref_v6.release_id\`: an orphan fails the run.
- A row without \`release_id\` is dropped, and counted as \`null_release_id\`.`,
  );
});

test("the page on adding a dataset shows the declaration of this test", () => {
  const page = readFileSync(new URL("../../docs/add-a-dataset.md", import.meta.url), "utf8");
  const file = readFileSync(new URL("release_genres_v1.ts", import.meta.url), "utf8");
  const shown = /```ts\n(.*?)\n```/s.exec(page)?.[1];
  assert.equal(shown, file.replaceAll("../../lib/datasets/", "../").trim());
});
