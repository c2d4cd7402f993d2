import { artistAliasesV1 } from "./artist_aliases_v1.ts";
import { artistMembershipsV1 } from "./artist_memberships_v1.ts";
import { artistsV1 } from "./artists_v1.ts";
import { checkDataset, checkReferences, checkTable } from "./check_declaration.ts";
import { collection } from "./collection.ts";
import type { Entity, ExtractedDataset } from "./declaration.ts";
import { detailDatasets } from "./details/index.ts";
import { labelsV10 } from "./labels_v10.ts";
import { mastersV1 } from "./masters_v1.ts";
import { releasesV6 } from "./releases_v6.ts";
import type { TableDeclaration } from "./types.ts";
import {
  artistCreditsV1,
  artistNameMapV1,
  artistNameMapV2,
  labelReleaseCountsV1,
  releaseArtistsV1,
  releaseGenreXrefV1,
  releaseLabelXrefV1,
  releaseStyleXrefV1,
  type WarehouseDataset,
} from "./warehouse.ts";

/** The six canonical datasets, in the order a run lists them. */
export const canonicalDatasets: readonly ExtractedDataset[] = [
  artistsV1,
  artistAliasesV1,
  artistMembershipsV1,
  mastersV1,
  releasesV6,
  labelsV10,
];

export { detailDatasets };

/** Every dataset extracted from a dump, in the order a run lists them. */
export const extractedDatasets: readonly ExtractedDataset[] = [...canonicalDatasets, ...detailDatasets];

/** The warehouse datasets, in build order. */
export const warehouseDatasets: readonly WarehouseDataset[] = [
  artistNameMapV1,
  artistNameMapV2,
  artistCreditsV1,
  releaseArtistsV1,
  releaseLabelXrefV1,
  labelReleaseCountsV1,
  releaseStyleXrefV1,
  releaseGenreXrefV1,
];

/** Every table of a run: canonical, detail, the optional collection, warehouse. */
export const allTables: readonly TableDeclaration[] = [
  ...canonicalDatasets,
  ...detailDatasets,
  collection,
  ...warehouseDatasets,
];

for (const table of allTables) checkTable(table);
for (const dataset of extractedDatasets) checkDataset(dataset);
checkReferences(allTables);

/** The datasets of one dump, canonical and detail. */
export function extractedDatasetsOf(entity: Entity): readonly ExtractedDataset[] {
  return extractedDatasets.filter((dataset) => dataset.entity === entity);
}

/** The canonical datasets of one dump. */
export function datasetsOf(entity: Entity): readonly ExtractedDataset[] {
  return canonicalDatasets.filter((dataset) => dataset.entity === entity);
}
