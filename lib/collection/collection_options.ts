import type { OptionSpecs } from "../cli/options.ts";
import { PAGE_PATTERN } from "./collection_pages.ts";

/** Options that say where the pages of a collection are. */
export const collectionOptions = {
  "collection-json": {
    type: "path",
    env: "DISCOGS_COLLECTION_JSON",
    value: "DIR",
    summary: "directory of the collection's pages",
  },
  "collection-pattern": {
    type: "string",
    env: "DISCOGS_COLLECTION_PATTERN",
    default: PAGE_PATTERN,
    value: "NAME",
    summary: "file names of the pages; * and ? stand for other characters",
  },
} as const satisfies OptionSpecs;
