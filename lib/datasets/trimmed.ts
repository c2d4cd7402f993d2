import type { ExtractedDataset, Path, Source } from "./declaration.ts";

/**
 * From how many values white space was taken, by column of text: only of columns where it was. All values of the dump
 * count, also those of records that give no row.
 * @param counts by path from the record element on, e.g. `release/artists/artist/name`
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

/** The paths, from the record on, of the texts that a column holds. */
function textPaths(source: Source | undefined, each: Path): Path[] {
  switch (source?.kind) {
    case "text":
      return source.paths.map((path) => fromRecord(each, path));
    case "joined":
    case "list":
      return [fromRecord(each, source.path)];
    case "flat": {
      const item = fromRecord(each, source.each);
      return source.pieces.flatMap(({ paths }) => paths.map((path) => fromRecord(item, path)));
    }
    case "refs": {
      const item = fromRecord(each, source.each);
      return source.fields.flatMap((field) => textPaths(field.source, item));
    }
    default:
      return [];
  }
}

function fromRecord(each: Path, path: Path): Path {
  if (path.startsWith("/")) return path.slice(1);
  if (path === ".") return each;
  return each === "." ? path : `${each}/${path}`;
}
