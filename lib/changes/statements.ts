import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { readParquet } from "../parquet/read_parquet.ts";
import { type ComparedDataset, type ComparedEntity, filesOf, type RunPair } from "./compared.ts";
import { inStretch, relationOf, type Stretch } from "./stretches.ts";

/** What became of a value: it is the same, was added (NULL or no rows before), was removed, or is another. */
export const KIND = { same: 0, added: 1, removed: 2, changed: 3 } as const;

/** A temporary table with one row for each record that differs in its main dataset: `id`, `change`, `k0`, `k1` ... */
export const MAIN = "main_changes";
/** A temporary table with one row for each record and detail dataset that differ: `id`, `value`, `kind`. */
export const DETAILS = "detail_changes";

/** Column of {@link MAIN} with the kind of a column of the main dataset. */
export const kindColumn = (index: number): string => `k${index}`;

/** Creates both temporary tables, empty. */
export function createTables({ main }: ComparedEntity): string[] {
  const kinds = main.columns.map((_, index) => `, ${kindColumn(index)} UTINYINT`);
  return [
    `CREATE OR REPLACE TEMP TABLE ${MAIN} (id BIGINT, change VARCHAR${kinds.join("")})`,
    `CREATE OR REPLACE TEMP TABLE ${DETAILS} (id BIGINT, value INTEGER, kind UTINYINT)`,
  ];
}

const kindOf = (differs: string, had: string, has: string) =>
  `CASE WHEN NOT (${differs}) THEN ${KIND.same} WHEN NOT (${had}) THEN ${KIND.added} ` +
  `WHEN NOT (${has}) THEN ${KIND.removed} ELSE ${KIND.changed} END`;

/**
 * Adds the records of a stretch that differ to {@link MAIN}: the two runs joined by the record's id, and each column
 * compared as it is. Where an id can occur several times, its rows are paired in the order of their values.
 */
export function mainStatement(pair: RunPair, main: ComparedDataset, stretch: Stretch): string {
  const isUnique = main.dataset.key?.hard === true;
  const on = isUnique ? "f.id = t.id" : "f.id = t.id AND f.n = t.n";
  const any = (condition: string) => (isUnique ? condition : `bool_or(${condition})`);
  const kinds = main.columns.map((column, index) => {
    const [before, after] = [`f.${quotedIdentifier(column)}`, `t.${quotedIdentifier(column)}`];
    const differs = any(`${before} IS DISTINCT FROM ${after}`);
    return `${kindOf(differs, any(`${before} IS NOT NULL`), any(`${after} IS NOT NULL`))} AS ${kindColumn(index)}`;
  });
  const same = main.columns.map((_, index) => ` AND ${kindColumn(index)} = ${KIND.same}`);
  return `INSERT INTO ${MAIN}
    SELECT id, CASE WHEN NOT had THEN 'added' WHEN NOT has THEN 'removed' ELSE 'changed' END,
      * EXCLUDE (id, had, has)
    FROM (
      SELECT coalesce(f.id, t.id) AS id, ${any("f.id IS NOT NULL")} AS had, ${any("t.id IS NOT NULL")} AS has,
        ${kinds.join(",\n        ")}
      FROM (${mainRows(pair, main, stretch, "from", isUnique)}) f
      FULL JOIN (${mainRows(pair, main, stretch, "to", isUnique)}) t ON ${on}
      ${isUnique ? "" : "GROUP BY ALL"}
    )
    WHERE NOT (had AND has${same.join("")})`;
}

function mainRows(
  pair: RunPair,
  { dataset, columns, owners }: ComparedDataset,
  stretch: Stretch,
  side: "from" | "to",
  isUnique: boolean,
): string {
  const id = quotedIdentifier(owners[0] ?? "");
  const list = columns.map((column) => quotedIdentifier(column)).join(", ");
  const number = isUnique ? "" : `, row_number() OVER (PARTITION BY ${id} ORDER BY ${list}) AS n`;
  const rows = relationOf(stretch, side, filesOf(pair[side], dataset));
  return `SELECT ${id} AS id, ${list}${number} FROM ${rows} WHERE ${inStretch(stretch, id)}`;
}

/**
 * Adds the records of a stretch whose rows in a detail dataset differ to {@link DETAILS}: equal rows of both runs are
 * grouped and counted, so that NULL equals NULL, and the order of columns that number them counts.
 */
export function detailStatement(
  pair: RunPair,
  detail: ComparedDataset,
  stretch: Stretch,
  value: number,
): string {
  return `INSERT INTO ${DETAILS}
    SELECT id, ${value}, ${kindOf("differs", "had", "has")}
    FROM (
      SELECT id, bool_or(n_from <> n_to) AS differs, bool_or(n_from > 0) AS had, bool_or(n_to > 0) AS has
      FROM (
        SELECT * EXCLUDE (is_to), count(*) FILTER (NOT is_to) AS n_from, count(*) FILTER (is_to) AS n_to
        FROM (
          ${detailRows(pair, detail, stretch, "from")}
          UNION ALL
          ${detailRows(pair, detail, stretch, "to")}
        )
        GROUP BY ALL
      )
      GROUP BY id
    )
    WHERE differs`;
}

function detailRows(
  pair: RunPair,
  { dataset, columns, owners }: ComparedDataset,
  stretch: Stretch,
  side: "from" | "to",
): string {
  const list = columns.map((column) => `, ${quotedIdentifier(column)}`).join("");
  const rows = relationOf(stretch, side, filesOf(pair[side], dataset));
  const ids = owners.map((column) => quotedIdentifier(column));
  const isIn = ids.map((id) => `(${inStretch(stretch, id)})`).join(" OR ");
  const [id] = ids.length === 1 ? ids : [`unnest([${ids.join(", ")}])`];
  const select = `SELECT ${side === "to"} AS is_to, ${id} AS id${list} FROM ${rows} WHERE ${isIn}`;
  return ids.length === 1 ? select : `SELECT * FROM (${select}) WHERE ${inStretch(stretch, "id")}`;
}

/**
 * Removes the changes of a dataset whose rows belong to several records from those records that have no part in them.
 * Where the dataset with the same elements by record (`own`) is compared as well, a record's own rows tell, and its name,
 * which the shared rows repeat; otherwise only ids that are no record are removed.
 */
export function sharedRowsStatement(
  pair: RunPair,
  { main }: ComparedEntity,
  value: number,
  own: number | undefined,
): string {
  const changed = `SELECT id FROM ${DETAILS} WHERE value = `;
  const id = quotedIdentifier(main.owners[0] ?? "");
  const records = (["from", "to"] as const).map((side) => {
    const rows = readParquet(quotedString(filesOf(pair[side], main.dataset)));
    return `SELECT ${id} FROM ${rows} WHERE ${id} IN (${changed}${value})`;
  });
  const kept =
    own === undefined
      ? records
      : [`${changed}${own}`, `SELECT id FROM ${MAIN} WHERE change <> 'changed'${nameCondition(main)}`];
  return `DELETE FROM ${DETAILS} WHERE value = ${value} AND id NOT IN (${kept.join(" UNION ALL ")})`;
}

function nameCondition({ columns }: ComparedDataset): string {
  const index = columns.indexOf("name");
  return index < 0 ? "" : ` OR ${kindColumn(index)} <> ${KIND.same}`;
}
