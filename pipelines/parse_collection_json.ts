import { join } from "node:path";
import { counted, countText } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { API_TERMS } from "../lib/collection/api_terms.ts";
import { collectionOptions } from "../lib/collection/collection_options.ts";
import { COLLECTION_CHUNK, parseCollection } from "../lib/collection/parse_collection.ts";
import { collection } from "../lib/datasets/collection.ts";

/** Converts saved pages of the collection API to the dataset `collection`; a missing or repeated page is bad input (exit 2). */
export const main = defineCommand({
  name: "pipelines/parse_collection_json.ts",
  summary:
    "Converts saved pages of the Discogs collection API, which has its own terms of use, to the collection dataset.",
  description: [
    'A page is {"releases": [...]} as returned by the API, {"items": [...]}, or a bare array. Pages are read in name',
    "order. If pages state how many pages and items there are, all must be present; a repeated page or instance_id is",
    "refused. The output is written atomically.",
    "Unlike the dumps, data from the API is subject to Discogs' API Terms of Use, which restrict how some of it may be",
    `stored, shown and passed on: ${API_TERMS}`,
  ].join("\n"),
  options: {
    "src-dir": { ...collectionOptions["collection-json"], required: true },
    pattern: collectionOptions["collection-pattern"],
    "allow-incomplete": {
      type: "flag",
      summary: collectionOptions["collection-allow-incomplete"].summary,
    },
    chunk: { type: "integer", min: 1, default: COLLECTION_CHUNK, summary: "rows per part" },
    out: {
      type: "path",
      value: "DIR",
      summary: "directory of the dataset (default: in the lake's _tmp_test/)",
    },
    clean: { type: "flag", summary: "replace an existing dataset on success, but no other files" },
    lake: { type: "path", env: "DISCOGS_DATA_LAKE", value: "DIR", summary: "lake for the default of --out" },
  },
  examples: ["bin/lake parse_collection_json --src-dir my_collection --out /tmp/collection"],
  async run({ options, log, print }) {
    const out = options.out ?? defaultOut(options.lake);
    const { rows, files, sources, counts } = await parseCollection({
      srcDir: options["src-dir"],
      pattern: options.pattern,
      allowIncomplete: options["allow-incomplete"],
      out,
      chunk: options.chunk,
      clean: options.clean,
      log,
    });
    const reasons = Object.entries(counts).map(([reason, count]) => `, ${reason} ${countText(count)}`);
    const size = `${counted(rows, "row")} from ${counted(sources.length, "page")}, ${counted(files.length, "part")}`;
    print(`${collection.directory}: ${size}${reasons.join("")} -> ${out}`);
    return EXIT.ok;
  },
});

function defaultOut(lake: string | undefined): string {
  if (lake !== undefined) return join(lake, "_tmp_test", collection.directory);
  throw new ExpectedError("--out is missing (or set DISCOGS_DATA_LAKE)");
}

await runAsEntrypoint(import.meta.url, main);
