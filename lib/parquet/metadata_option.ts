import { quotedString } from "@duckdb/node-api";
import { datasetName } from "../datasets/dataset_name.ts";
import { SOURCE_KEY } from "./file_metadata.ts";

// Key-value metadata in a dataset's files: nothing that would differ for the same dump.

/** The key-value metadata of a dataset's files, from its declaration. */
export interface DescribedDataset {
  directory: string;
  /** What a row represents. */
  about?: string | undefined;
  columns: readonly { name: string; about?: string | undefined }[];
}

/**
 * The COPY option that writes the metadata: name and version of the dataset, its description and those of its columns
 * as JSON, and the sha256 of its source.
 * @param source undefined if it has none; `SOURCE_TO_COME` for `noteSource` to fill in
 */
export function metadataOption(described: DescribedDataset, source: string | undefined): string {
  const dataset = datasetName(described.directory);
  const entries = {
    dataset,
    contract_version: /_v(\d+)/.exec(dataset)?.[1] ?? "1",
    description: descriptionOf(described),
    ...(source === undefined ? {} : { [SOURCE_KEY]: source }),
  };
  const fields = Object.entries(entries).map(([key, value]) => `${key}: ${quotedString(value)}`);
  return `KV_METADATA {${fields.join(", ")}}`;
}

/** The key of each column is its name, in the order of the columns. */
function descriptionOf({ about, columns }: DescribedDataset): string {
  const ofColumns = columns.flatMap((column) =>
    column.about === undefined ? [] : [[column.name, column.about]],
  );
  return JSON.stringify({ dataset: about, columns: Object.fromEntries(ofColumns) });
}
