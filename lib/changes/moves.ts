import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { type Entity, entities } from "../datasets/declaration.ts";
import { type ComparedDataset, type ComparedEntity, filesOf, mainDataset, type RunPair } from "./compared.ts";
import { inStretch, relationOf, type Stretch } from "./stretches.ts";

/** A removed id counts as moved if at least this many references to it became references to the same other id. */
const LEAST_REFERENCES = 3;

/** The same elements in a second dataset, so that their references are not counted twice. */
const REPEATED: Readonly<Record<string, string>> = { "releases_v6.artist_refs": "release_credits_v1" };

/** A column, or a field of the structs in a list, that refers to records. */
export interface Place {
  /** With the columns that are read. */
  dataset: ComparedDataset;
  /** The kind of record that it refers to. */
  entity: Entity;
  /** The columns that identify the place in a record, without the number in a list. */
  key: readonly string[];
  column: string;
  /** Field of a list's structs. */
  field: string | undefined;
}

/** The kinds of records of which at least one is gone. */
export const ENTITIES_WITH_REMOVED = "SELECT DISTINCT entity FROM record_changes WHERE change = 'removed'";

/** The places in which references to removed ids are followed to their new targets: those that both runs have. */
export function placesIn(entities: readonly ComparedEntity[]): Place[] {
  const datasets = entities.flatMap(({ main, details }) => [main, ...details]);
  const compared = new Set(datasets.map(({ name }) => name));
  const isOnce = ({ dataset, column }: Place) => !compared.has(REPEATED[`${dataset.name}.${column}`] ?? "");
  return datasets.flatMap(placesOf).filter(isOnce);
}

/** Computes where ids moved to from the references of all places, ignoring the others. */
export const movedStatement = `INSERT INTO id_moves
  SELECT entity, from_id, to_id, CAST(sum(n_references) AS BIGINT) AS n_references FROM place_moves
  GROUP BY ALL HAVING sum(n_references) >= ${LEAST_REFERENCES}`;

/** A temporary table with the findings of each stretch of each place, for {@link movedStatement}. */
export const PLACE_MOVES =
  "CREATE TEMP TABLE place_moves (entity VARCHAR, from_id BIGINT, to_id BIGINT, n_references BIGINT)";

/** The references of a dataset to other records. Without a key its rows have no place to compare. */
function placesOf(dataset: ComparedDataset): Place[] {
  const { key, references = [] } = dataset.dataset;
  if (key === undefined) return [];
  return references.flatMap(({ columns, to }) => {
    const [column = "", field] = columns[0]?.split(".") ?? [];
    const entity = entities.find((each) => mainDataset(each).table === to.table);
    const isThere = columns.length === 1 && dataset.columns.includes(column) && !key.columns.includes(column);
    if (entity === undefined || !isThere) return [];
    return [
      { dataset: { ...dataset, columns: [...key.columns, column] }, entity, key: key.columns, column, field },
    ];
  });
}

/** Adds where the references of one place to removed ids went, in the records of a stretch. */
export function placeStatement(pair: RunPair, place: Place, stretch: Stretch): string {
  const { entity, key, field } = place;
  const entityText = quotedString(entity);
  const keys = [
    ...key.map((column) => quotedIdentifier(column)),
    ...(field === undefined ? [] : ["place_no"]),
  ];
  const same = keys.map((column) => `g.${column} IS NOT DISTINCT FROM t.${column}`);
  return `INSERT INTO place_moves
    SELECT ${entityText}, from_id, to_id, count(*)
    FROM (
      SELECT DISTINCT ${keys.map((column) => `g.${column}`).join(", ")}, g.id AS from_id, t.id AS to_id
      FROM (${references(pair, place, "to", stretch)}) t
      JOIN (
        ${references(pair, place, "from", stretch)}
        WHERE id IN (SELECT id FROM record_changes WHERE change = 'removed' AND entity = ${entityText})
      ) g ON ${same.join(" AND ")}
      WHERE t.id <> 0 AND t.id <> g.id
    )
    GROUP BY ALL`;
}

/** A SELECT of the key, the number in a list, and the referenced id. */
function references(
  pair: RunPair,
  { dataset, key, column, field }: Place,
  side: "from" | "to",
  stretch: Stretch,
): string {
  const rows = relationOf(stretch, side, filesOf(pair[side], dataset.dataset));
  const keys = key.map((each) => quotedIdentifier(each)).join(", ");
  const name = quotedIdentifier(column);
  const id =
    field === undefined
      ? name
      : `generate_subscripts(${name}, 1) AS place_no, unnest(${name}).${quotedIdentifier(field)}`;
  const isIn = inStretch(stretch, quotedIdentifier(dataset.owners[0] ?? ""));
  return `SELECT * FROM (SELECT ${keys}, ${id} AS id FROM ${rows} WHERE ${isIn})`;
}
