import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import type { Entity } from "../datasets/declaration.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import { type ComparedDataset, type ComparedEntity, filesOf, mainDataset, type RunPair } from "./compared.ts";

/** A removed id counts as moved if at least this many references to it became references to the same other id. */
const LEAST_REFERENCES = 3;

/** The same elements in a second dataset, so that their references are not counted twice. */
const REPEATED: Readonly<Record<string, string>> = { "releases_v6.artist_refs": "release_credits_v1" };

/** A column, or a field of the structs in a list, that refers to records. */
interface Place {
  dataset: ComparedDataset;
  /** The kind of record that it refers to. */
  entity: Entity;
  /** The columns that identify the place in a record, without the number in a list. */
  key: readonly string[];
  column: string;
  /** Field of a list's structs. */
  field: string | undefined;
}

/** A temporary table with the references of one place to removed ids. */
const GONE = "gone_references";

/** The statements that find the new targets of references to removed ids, in every place that both runs have. */
export function moveStatements(pair: RunPair, entities: readonly ComparedEntity[]): string[][] {
  const places = entities.flatMap(({ main, details }) => [main, ...details]).flatMap(placesOf);
  const compared = new Set(
    entities.flatMap(({ main, details }) => [main, ...details]).map(({ name }) => name),
  );
  const isOnce = ({ dataset, column }: Place) => !compared.has(REPEATED[`${dataset.name}.${column}`] ?? "");
  return places.filter(isOnce).map((place) => placeStatements(pair, place));
}

/** Computes where ids moved to from the references of all places, ignoring the others. */
export const movedStatement = `INSERT INTO id_moves
  SELECT entity, from_id, to_id, CAST(sum(n_references) AS BIGINT) AS n_references FROM place_moves
  GROUP BY ALL HAVING sum(n_references) >= ${LEAST_REFERENCES}`;

/** A temporary table with the findings of each place, for {@link movedStatement}. */
export const PLACE_MOVES =
  "CREATE TEMP TABLE place_moves (entity VARCHAR, from_id BIGINT, to_id BIGINT, n_references BIGINT)";

/** The references of a dataset to other records. Without a key its rows have no place to compare. */
function placesOf(dataset: ComparedDataset): Place[] {
  const { key, references = [] } = dataset.dataset;
  if (key === undefined) return [];
  return references.flatMap(({ columns, to }) => {
    const [column = "", field] = columns[0]?.split(".") ?? [];
    const entity = ENTITIES.find((each) => mainDataset(each).table === to.table);
    const isThere = columns.length === 1 && dataset.columns.includes(column) && !key.columns.includes(column);
    return entity === undefined || !isThere ? [] : [{ dataset, entity, key: key.columns, column, field }];
  });
}

const ENTITIES = ["artist", "label", "master", "release"] as const;

function placeStatements(pair: RunPair, place: Place): string[] {
  const { entity, key, field } = place;
  const entityText = quotedString(entity);
  const keys = [
    ...key.map((column) => quotedIdentifier(column)),
    ...(field === undefined ? [] : ["place_no"]),
  ];
  const same = keys.map((column) => `g.${column} IS NOT DISTINCT FROM t.${column}`);
  return [
    `CREATE OR REPLACE TEMP TABLE ${GONE} AS ${references(pair, place, "from")}
      WHERE id IN (SELECT id FROM record_changes WHERE change = 'removed' AND entity = ${entityText})`,
    `INSERT INTO place_moves
      SELECT ${entityText}, from_id, to_id, count(*)
      FROM (
        SELECT DISTINCT ${keys.map((column) => `g.${column}`).join(", ")}, g.id AS from_id, t.id AS to_id
        FROM (${references(pair, place, "to")}) t JOIN ${GONE} g ON ${same.join(" AND ")}
        WHERE t.id <> 0 AND t.id <> g.id
      )
      GROUP BY ALL`,
  ];
}

/** A SELECT of the key, the number in a list, and the referenced id. */
function references(pair: RunPair, { dataset, key, column, field }: Place, side: "from" | "to"): string {
  const rows = readParquet(quotedString(filesOf(pair[side], dataset.dataset)));
  const keys = key.map((each) => quotedIdentifier(each)).join(", ");
  const name = quotedIdentifier(column);
  const id =
    field === undefined
      ? name
      : `generate_subscripts(${name}, 1) AS place_no, unnest(${name}).${quotedIdentifier(field)}`;
  return `SELECT * FROM (SELECT ${keys}, ${id} AS id FROM ${rows})`;
}
