import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { isDirectory, namesIn, writeFileAtomic } from "../files/files.ts";
import { assertResult } from "../files/guard.ts";
import { utf8Text } from "../files/utf8_text.ts";
import type { QueryResult, SqlEngine } from "./engine.ts";
import { csvOf } from "./render_result.ts";
import { splitStatements } from "./split.ts";

/** The output path of a query file: `<outDir>/<name of the file>.csv`. ExpectedError for another suffix. */
function csvPath(sqlFile: string, outDir: string): string {
  if (sqlFile.endsWith(".sql")) return join(outDir, `${basename(sqlFile, ".sql")}.csv`);
  throw new ExpectedError(`${sqlFile} is not a .sql file, whose name determines that of the CSV`);
}

/** The single statement of a query file. ExpectedError if there are none or several. */
async function readQuery(sqlFile: string): Promise<string> {
  const statements = splitStatements(await readSqlFile(sqlFile));
  const [statement] = statements;
  if (statement !== undefined && statements.length === 1) return statement.text;
  throw new ExpectedError(`${sqlFile} has ${statements.length} statements, but must have one`);
}

/**
 * Runs the query of a file and writes its result as CSV atomically, replacing an existing one. In a sealed run only a new file
 * in `_reports/` can be written: ExpectedError before the query runs.
 */
export async function sqlToCsv(
  openEngine: () => Promise<SqlEngine>,
  sqlFile: string,
  outDir: string,
): Promise<{ path: string; rows: number }> {
  const path = csvPath(sqlFile, outDir);
  const query = await readQuery(sqlFile);
  assertResult(path);
  let rows = 0;
  const engine = await openEngine();
  try {
    const counted = counting(engine.stream(query, { file: sqlFile }), (count) => {
      rows += count;
    });
    await writeFileAtomic(path, csvOf(counted));
  } finally {
    await engine.close();
  }
  return { path, rows };
}

async function* counting(
  parts: AsyncIterable<QueryResult>,
  count: (rows: number) => void,
): AsyncGenerator<QueryResult> {
  for await (const part of parts) {
    count(part.rows.length);
    yield part;
  }
}

/** The text of an SQL file. ExpectedError if it is not UTF-8 or does not exist, then with the one that was probably meant. */
export async function readSqlFile(path: string): Promise<string> {
  try {
    return utf8Text(await readFile(path), path);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EISDIR", "ENOTDIR")) throw error;
    const directory = dirname(path);
    const names = (await isDirectory(directory)) ? await namesIn(directory) : [];
    const meant = nearest(
      basename(path),
      names.filter((name) => name.endsWith(".sql") && name !== basename(path)),
    );
    const instead = meant === undefined ? "" : `, did you mean ${join(dirname(path), meant)}?`;
    throw new ExpectedError(`${path}: no such file${instead}`, { cause: error });
  }
}
