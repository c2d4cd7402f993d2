import type { ExtractedDataset, Path, Source } from "./declaration.ts";
import { pathInRecord } from "./path_in_record.ts";

/**
 * Number of values trimmed of white space, by text column; columns without any are omitted. Includes values
 * of records that yield no row.
 * @param counts by path starting at the record element, e.g. `release/artists/artist/name`
 */
export function trimmedColumns(
  { entity, columns, rows }: ExtractedDataset,
  counts: ReadonlyMap<string, number>,
): Record<string, number> {
  const sums = columns.map(({ name }, index): [string, number] => {
    const paths = new Set(rows.flatMap(({ each, sources }) => textPaths(sources[index], each)));
    return [name, [...paths].reduce((sum, path) => sum + (counts.get(`${entity}/${path}`) ?? 0), 0)];
  });
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

/** Paths, relative to the record, of the texts in a column. */
function textPaths(source: Source | undefined, each: Path): Path[] {
  switch (source?.kind) {
    case "text":
      return source.paths.map((path) => pathInRecord(each, path));
    case "joined":
    case "list":
      return [pathInRecord(each, source.path)];
    case "flat": {
      const item = pathInRecord(each, source.each);
      return source.pieces.flatMap(({ paths }) => paths.map((path) => pathInRecord(item, path)));
    }
    case "refs": {
      const item = pathInRecord(each, source.each);
      return source.fields.flatMap((field) => textPaths(field.source, item));
    }
    default:
      return [];
  }
}
