import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { segments } from "../sql/split.ts";
import { readSql } from "../sql/sql_files.ts";
import {
  kpiSnapshotEvents,
  kpiV2SnapshotEvents,
  kpiV3SnapshotEvents,
  schemaVersionOf,
} from "./event_tables.ts";
import { type KpiSet, kpisV1 } from "./kpis.ts";
import { rankings } from "./kpis_v2.ts";
import { kpisV3 } from "./kpis_v3.ts";

/**
 * What each set computes, and the version that its events have. A KPI that was computed is not computed again, so a
 * change must not go unnoticed.
 */
const recorded = [
  {
    table: kpiSnapshotEvents,
    version: 1n,
    sha256: "f13a909094fbb72932fb91c4149f1cdbf99b9a52dd4d51b40ca4bab3a59b3e1e",
    of: () => declared(kpisV1),
  },
  {
    table: kpiV2SnapshotEvents,
    version: 2n,
    sha256: "f68307e9e51d225a677058e0f66d8d231ca0f2d38b9ae0f3694708c65e98dc4f",
    of: rankingQueries,
  },
  {
    table: kpiV3SnapshotEvents,
    version: 1n,
    sha256: "7857410f8fdecb59ce0fac63fcbd79b661bdeb15ee96ad79b7004855d2edb3e9",
    of: () => declared(kpisV3),
  },
];

for (const { table, version, sha256, of } of recorded) {
  test(`${table.name} has the version of what its set computes`, () => {
    const found = createHash("sha256").update(of()).digest("hex");
    assert.deepEqual(
      { version: schemaVersionOf(table), sha256: found },
      { version, sha256 },
      "The declaration or the SQL of these KPIs has changed. Where a value may be another one, raise schemaVersion in " +
        "lib/history/event_tables.ts, and every run is computed anew (docs/decisions/0175). Where KPIs were only added, or " +
        "no value can change, leave it. Then record both here.",
    );
  });
}

/** Not the counts of rows that are generated for each dataset: these are all alike, and come with the datasets. */
function declared({ counted, derived, borrowed }: KpiSet): string {
  const written = [...counted, ...borrowed].filter(({ query, kpis }) => {
    const isGenerated = query.file === undefined;
    if (isGenerated)
      assert.match(query.sql, new RegExp(`^SELECT count\\(\\*\\) AS ${kpis} FROM hive\\.discogs\\.\\w+$`));
    return !isGenerated;
  });
  return JSON.stringify({
    queries: written.map(({ query, kpis }) => ({ sql: bare(query.sql), kpis })),
    derived,
  });
}

function rankingQueries(): string {
  const files = ["kpi/releases_ref_v6.sql", ...rankings.map((name) => `kpi_v2/${name}.sql`)];
  return JSON.stringify(files.map((file) => [file, bare(readSql(file))]));
}

/** Without comments and line breaks, which change no value. */
function bare(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "comment" ? " " : kind === "code" ? text.replace(/\s+/g, " ") : text))
    .join("")
    .trim();
}
