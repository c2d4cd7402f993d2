import { datasetName } from "../datasets/dataset_name.ts";
import { detailDatasets } from "../datasets/index.ts";
import { CATALOG } from "../sql/engine.ts";
import { countedReleases, type KpiQuery, type KpiSet, ofReleases } from "./kpis.ts";
import { queryFile } from "./query_run.ts";

/** What a release may have of the detail datasets; `sql/kpi_v3/releases_with_<name>.sql` counts the releases. */
const SHARES = ["tracks", "credits", "barcodes", "companies", "videos"];

const rows: KpiQuery[] = detailDatasets.map(({ directory, table }) => {
  const kpi = `rows_${datasetName(directory)}`;
  return { query: { sql: `SELECT count(*) AS ${kpi} FROM ${CATALOG}.discogs.${table}` }, kpis: [kpi] };
});

const releases: KpiQuery[] = SHARES.map((what) => ({
  query: queryFile(`kpi_v3/releases_with_${what}.sql`),
  kpis: [`n_releases_with_${what}`],
}));

/** KPI set v3: how large the detail datasets are, and which share of the releases has something of them. */
export const kpisV3: KpiSet = {
  counted: [...rows, ...releases],
  derived: SHARES.map((what) => ofReleases(`pct_releases_with_${what}_bp`, `n_releases_with_${what}`)),
  borrowed: [countedReleases],
};
