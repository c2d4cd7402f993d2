import type { OptionSpecs } from "../cli/options.ts";
import { PAGE_PATTERN } from "./collection_pages.ts";

/** Options for the location of a collection's pages. */
export const collectionOptions = {
  "collection-json": {
    type: "path",
    env: "DISCOGS_COLLECTION_JSON",
    value: "DIR",
    summary: "directory of saved pages of the collection API, whose terms of use apply to them",
  },
  "collection-pattern": {
    type: "string",
    env: "DISCOGS_COLLECTION_PATTERN",
    default: PAGE_PATTERN,
    value: "NAME",
    summary: "file names of the pages; * and ? stand for other characters",
  },
  "collection-allow-incomplete": {
    type: "string",
    choices: ["true", "false"],
    env: "DISCOGS_COLLECTION_ALLOW_INCOMPLETE",
    default: "false",
    summary: "count missing pages and items, and repeated pages and instance_ids, instead of refusing them",
  },
} as const satisfies OptionSpecs;
