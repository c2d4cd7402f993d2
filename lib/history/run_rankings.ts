import { ExpectedError } from "../cli/errors.ts";
import type { SqlEngine, SqlValue } from "../sql/engine.ts";
import { basisPoints } from "./kpis.ts";
import { type Outcome, queryFile, queryRun } from "./query_run.ts";
import type { KpiStatus } from "./run_kpis.ts";

/** A place in a ranking, or the single row of a ranking that failed or is empty (place 0). */
export interface RankedItem {
  name: string;
  place: bigint | null;
  item: string | null;
  nReleases: bigint | null;
  /** Share of all releases of the run, in basis points. */
  shareBp: bigint | null;
  status: KpiStatus;
  details: string | null;
}

const RELEASES = queryFile("kpi/releases_ref_v6.sql");

/** Computes these rankings of the run with this schema. A failure does not stop the rest. */
export async function computeRunRankings(
  engine: SqlEngine,
  schema: string,
  rankings: readonly string[],
): Promise<RankedItem[]> {
  const releases = await queryRun(engine, schema, RELEASES);
  const ranked: RankedItem[] = [];
  for (const name of rankings) {
    const outcome =
      "failure" in releases ? releases : await queryRun(engine, schema, queryFile(`kpi_v2/${name}.sql`));
    ranked.push(...rankedItems(name, outcome, releases));
  }
  return ranked;
}

function rankedItems(name: string, outcome: Outcome, releases: Outcome): RankedItem[] {
  if ("failure" in outcome) return [failed(name, outcome.failure)];
  if ("failure" in releases) return [failed(name, releases.failure)];
  if (outcome.rows.length === 0) return [withoutItems(name)];
  const all = count(releases.rows[0]?.n_releases_distinct);
  return outcome.rows.map(({ place = null, item = null, n_releases = null }) => {
    const nReleases = count(n_releases);
    const shareBp = basisPoints(nReleases, all);
    return { name, place: count(place), item: String(item), nReleases, shareBp, status: "ok", details: null };
  });
}

function count(value: SqlValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new ExpectedError(`a query of sql/kpi_v2 returned ${String(value)} instead of a count`);
}

function failed(name: string, details: string): RankedItem {
  const nothing = { place: null, item: null, nReleases: null, shareBp: null };
  return { name, ...nothing, status: "failed_query", details };
}

function withoutItems(name: string): RankedItem {
  return { name, place: 0n, item: null, nReleases: 0n, shareBp: 0n, status: "ok", details: null };
}
