import { readSql, sqlFiles } from "../sql/sql_files.ts";

const FOLDER = "warehouse/macros";

/** The files below `sql/` of the macros that a warehouse statement calls: `macros/<macro>.sql` each. */
function macroFiles(sql: string): string[] {
  const called = new Set([...sql.matchAll(/\b(\w+)\(/g)].map(([, name]) => name));
  return sqlFiles(FOLDER)
    .filter((file) => called.has(file.replace(/\.sql$/, "")))
    .map((file) => `${FOLDER}/${file}`);
}

/** A warehouse SQL file, preceded by the macros that it calls. */
export function withMacros(file: string): string {
  const sql = readSql(file);
  return [...macroFiles(sql).map(readSql), sql].join("\n");
}
