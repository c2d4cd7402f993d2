import { datasetName } from "../datasets/dataset_name.ts";
import { detailDatasets } from "../datasets/index.ts";
import { CATALOG } from "../sql/engine.ts";
import { countedReleases, type KpiQuery, type KpiSet, ofReleases } from "./kpis.ts";
import { queryFile } from "./query_run.ts";

/** Details that a release may have; `sql/kpi_v3/releases_with_<name>.sql` counts the releases that do. */
const SHARES = ["tracks", "credits", "barcodes", "companies", "videos"];

const rows: KpiQuery[] = detailDatasets.map(({ directory, table }) => {
  const kpi = `rows_${datasetName(directory)}`;
  return { query: { sql: `SELECT count(*) AS ${kpi} FROM ${CATALOG}.discogs.${table}` }, kpis: [kpi] };
});

const releases: KpiQuery[] = SHARES.map((what) => ({
  query: queryFile(`kpi_v3/releases_with_${what}.sql`),
  kpis: [`n_releases_with_${what}`],
}));

/** KPI set v3: sizes of the detail datasets, and the share of releases that have each detail. */
export const kpisV3: KpiSet = {
  counted: [...rows, ...releases],
  derived: SHARES.map((what) => ofReleases(`pct_releases_with_${what}_bp`, `n_releases_with_${what}`)),
  borrowed: [countedReleases],
};
