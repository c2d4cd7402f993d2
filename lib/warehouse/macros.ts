import { readSql, sqlFiles } from "../sql/sql_files.ts";

const FOLDER = "warehouse/macros";

/** The files below `sql/` with the macros that a statement of the warehouse calls: `macros/<macro>.sql` for each. */
export function macroFiles(sql: string): string[] {
  const called = new Set([...sql.matchAll(/\b(\w+)\(/g)].map(([, name]) => name));
  return sqlFiles(FOLDER)
    .filter((file) => called.has(file.replace(/\.sql$/, "")))
    .map((file) => `${FOLDER}/${file}`);
}

/** A file of the warehouse with the macros that it calls before it. */
export function withMacros(file: string): string {
  const sql = readSql(file);
  return [...macroFiles(sql).map(readSql), sql].join("\n");
}
