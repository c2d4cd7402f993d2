import type { Entity, Path } from "../datasets/declaration.ts";
import { detailDatasets } from "../datasets/index.ts";

/** An element that can lead to rows, or that has some. */
interface Place {
  children: Map<string, Place>;
  /** Directories of the datasets that have a row for each element here. */
  datasets: string[];
}

/** Counts the rows that the detail datasets must have, from the text of generated records. */
export class ElementCounter {
  readonly #record: Place = { children: new Map(), datasets: [] };

  constructor(entity: Entity) {
    for (const dataset of detailDatasets.filter((each) => each.entity === entity)) {
      for (const { each } of dataset.rows) this.#placeAt(each).datasets.push(dataset.directory);
    }
  }

  #placeAt(path: Path): Place {
    let place = this.#record;
    for (const name of path.split("/")) {
      const child = place.children.get(name) ?? { children: new Map(), datasets: [] };
      place.children.set(name, child);
      place = child;
    }
    return place;
  }

  /**
   * Adds the elements of a record to the counts of rows, by directory.
   * @param record written by this folder, so that every `<` and `>` belongs to a tag
   */
  count(record: string, rows: Record<string, number>): void {
    const open: (Place | undefined)[] = [];
    for (let start = record.indexOf("<"); start !== -1; start = record.indexOf("<", start + 1)) {
      const end = record.indexOf(">", start);
      if (record[start + 1] === "/") {
        open.pop();
        continue;
      }
      const isRecord = open.length === 0;
      const place = isRecord ? this.#record : open.at(-1)?.children.get(nameAt(record, start + 1));
      for (const directory of place?.datasets ?? []) rows[directory] = (rows[directory] ?? 0) + 1;
      if (record[end - 1] !== "/") open.push(place);
    }
  }
}

/** The element name at a position. */
function nameAt(record: string, start: number): string {
  let end = start;
  while (!" />".includes(record[end] ?? ">")) end += 1;
  return record.slice(start, end);
}
