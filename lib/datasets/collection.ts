import type { Column, TableDeclaration } from "./types.ts";

const bigint = (name: string): Column => ({ name, type: "BIGINT" });
const varchar = (name: string): Column => ({ name, type: "VARCHAR" });

/** A user's collection, from pages of the Discogs API. Optional: no check, KPI or query needs it. */
export const collection: TableDeclaration = {
  directory: "collection",
  table: "collection",
  kind: "optional",
  columns: [
    bigint("instance_id"),
    bigint("release_id"),
    bigint("year"),
    bigint("rating"),
    varchar("title"),
    varchar("artists"),
    varchar("labels"),
    varchar("formats"),
    varchar("genres"),
    varchar("styles"),
    varchar("date_added"),
  ],
};
