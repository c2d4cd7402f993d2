import { artistAliasesV1 } from "../datasets/artist_aliases_v1.ts";
import { artistMembershipsV1 } from "../datasets/artist_memberships_v1.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { labelsV10 } from "../datasets/labels_v10.ts";
import { mastersV1 } from "../datasets/masters_v1.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import type { Severity, TableDeclaration } from "../datasets/types.ts";
import {
  artistNameMapV1,
  releaseArtistsV1,
  releaseGenreXrefV1,
  releaseLabelXrefV1,
  releaseStyleXrefV1,
} from "../datasets/warehouse.ts";
import { activeTable, checkStatement } from "./check_statement.ts";
import { type Counted, countedDuplicates, countedNulls, countedOrphans, countedRows } from "./counted.ts";
import { duplicatesStatement, nullsStatement } from "./key_statements.ts";
import { orphansStatement } from "./reference_statements.ts";

const HEADING = `-- The sanity report of the run that hive.discogs resolves to: one statement per check, each returning one row.
-- Separate statements need memory for only one join at a time. Portable: they run unchanged on Trino and DuckDB.
-- \`value\` is the count that \`details\` describes; lib/checks/sanity_report.ts decides whether it passes. Id 0 is the
-- dumps' "none" and never an orphan. Generated from the declarations in lib/datasets/ by
-- scripts/describe_sanity_report.ts; a test fails when this file differs from the script's output.`;

/** A check of the sanity report. */
interface SanityCheck {
  name: string;
  sql: string;
  /** Undefined when no other check counts the same. */
  counts?: Counted;
}

/** The text of `sql/sanity_report_active_v1.sql`. */
export function sanityStatements(): string {
  return `${HEADING}\n${sanityChecks()
    .map(({ sql }) => `${sql};\n`)
    .join("\n")}`;
}

/**
 * The checks of the sanity report. The data contract fixes them and their names; what they look at, and most
 * severities, come from the declarations. A warehouse can be rebuilt, so its orphans are only a warning here.
 */
export function sanityChecks(): SanityCheck[] {
  return [
    rows("artists_v1.rows", artistsV1),
    nulls("artists_v1.null_artist_id", artistsV1, "artist_id"),
    orphanRows("artist_aliases_v1.orphan_artist_id_rows", artistAliasesV1, "artist_id"),
    nulls("labels_ref_v10.null_label_id", labelsV10, "label_id"),
    nulls("masters_v1.null_master_id", mastersV1, "master_id"),
    duplicates("masters_v1.duplicate_master_ids", mastersV1),
    nulls("releases_ref_v6.null_release_id", releasesV6, "release_id"),
    duplicates("releases_ref_v6.duplicate_release_ids", releasesV6),
    emptyNames("artists_v1.empty_name", artistsV1),
    orphans("artist_memberships_v1.orphan_member_ids", artistMembershipsV1, "member_id"),
    orphans("artist_memberships_v1.orphan_group_ids", artistMembershipsV1, "group_id"),
    orphanRows("masters_v1.orphan_main_release_id", mastersV1, "main_release_id", "WARN"),
    orphans("warehouse.artist_name_map_v1.orphan_artist_ids", artistNameMapV1, "artist_id", "WARN"),
    ...[releaseArtistsV1, releaseLabelXrefV1, releaseStyleXrefV1, releaseGenreXrefV1].map((xref) =>
      orphans(`warehouse.${xref.table}.orphan_release_ids`, xref, "release_id", "WARN"),
    ),
    orphanRows("artist_aliases_v1.orphan_alias_rows", artistAliasesV1, "alias_id"),
    duplicates("labels_ref_v10.duplicate_label_id_groups", labelsV10),
    orphans("labels_ref_v10.orphan_parent_label_ids", labelsV10, "parent_label_id"),
  ];
}

function rows(name: string, dataset: TableDeclaration): SanityCheck {
  const from = activeTable(dataset.table);
  const sql = checkStatement({ name, severity: "CRITICAL", value: "count(*)", details: "rows", from });
  return { name, sql, counts: countedRows(dataset) };
}

function nulls(name: string, dataset: TableDeclaration, column: string): SanityCheck {
  return { name, sql: nullsStatement(name, dataset, column), counts: countedNulls(dataset, column) };
}

function emptyNames(name: string, { table }: TableDeclaration): SanityCheck {
  const sql = checkStatement({
    name,
    severity: "WARN",
    value: "count(*)",
    details: "artists without a name",
    smallest: { column: "artist_id", label: "artist_id" },
    from: `${activeTable(table)}\nWHERE name IS NULL OR name = ''`,
  });
  return { name, sql };
}

function duplicates(name: string, dataset: TableDeclaration): SanityCheck {
  const { table, key } = dataset;
  if (key === undefined) throw new TypeError(`${table} has no key`);
  const severity = key.hard ? "CRITICAL" : "INFO";
  const sql = duplicatesStatement({ name, severity, table, columns: key.columns });
  return { name, sql, counts: countedDuplicates(dataset) };
}

const orphans = (name: string, dataset: TableDeclaration, column: string, severity?: Severity) =>
  ofReference(name, dataset, column, "values", severity);

const orphanRows = (name: string, dataset: TableDeclaration, column: string, severity?: Severity) =>
  ofReference(name, dataset, column, "rows", severity);

function ofReference(
  name: string,
  dataset: TableDeclaration,
  column: string,
  counted: Counted["unit"],
  severity: Severity | undefined,
): SanityCheck {
  const reference = dataset.references?.find(({ columns }) => columns.length === 1 && columns[0] === column);
  if (reference === undefined) throw new TypeError(`${dataset.table}.${column} is not a reference`);
  const declared = severity ?? reference.severity;
  return {
    name,
    sql: orphansStatement({ name, severity: declared, dataset, reference, counted }),
    counts: countedOrphans(dataset, reference, counted),
  };
}
