import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { makeDirectory } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import type { TrinoSession } from "../sql/trino/call.ts";
import { runStatement } from "../sql/trino/statement.ts";
import { PROBE_SCHEMA, PROBE_USER } from "./access_rules.ts";
import { PROBE, type TrinoPlaces } from "./places.ts";

const SCHEMA = `hive.${PROBE_SCHEMA}`;
const CREATE =
  `CREATE TABLE IF NOT EXISTS ${SCHEMA}.one (line VARCHAR) ` +
  `WITH (external_location = 'local:///${PROBE}', format = 'TEXTFILE')`;

/**
 * Returns once the server has scanned a file of the lake: its workers are ready only some seconds after it first answers.
 * Removes the schema of the scanned table. Throws ExpectedError when that takes longer than `timeoutMs`.
 */
export async function scanOneFile(places: TrinoPlaces, url: string, timeoutMs: number): Promise<void> {
  assertWritable(places.probe);
  await makeDirectory(places.probe);
  writeFileSync(join(places.probe, "one.txt"), "1\n");
  const session = probeSession(url, timeoutMs);
  for (const statement of [`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`, CREATE]) {
    await runStatement(session, statement, { reading: false });
  }
  const { rows } = await runStatement(session, `SELECT count(*) FROM ${SCHEMA}.one`, { reading: true });
  if (rows[0]?.[0] !== 1n) throw new TypeError(`the probe has one line, but Trino read ${rows[0]?.[0]}`);
  await runStatement(session, `DROP SCHEMA ${SCHEMA} CASCADE`, { reading: false });
}

/** Whether the server answers a statement within `timeoutMs`. */
export async function answers(url: string, timeoutMs: number): Promise<boolean> {
  try {
    await runStatement(probeSession(url, timeoutMs), "SELECT 1", { reading: true });
    return true;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}

function probeSession(url: string, timeoutMs: number): TrinoSession {
  const settings = { url, user: PROBE_USER, catalog: "hive", lakeUrl: "local:///", timeoutMs };
  return { settings, log: silentLogger, statements: 0 };
}
