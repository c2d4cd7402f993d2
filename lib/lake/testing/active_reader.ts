import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A process that reads files through the active link until `stopFile` exists, and prints the numbers of reads and failures. */
const [lake = "", stopFile = ""] = process.argv.slice(2);
const files = [
  "manifest.json",
  "releases_v6/part-00000.parquet",
  "warehouse_discogs/release_artists_v1/data.parquet",
];

let reads = 0;
let failures = 0;
process.stdout.write("reading\n");
while (!existsSync(stopFile)) {
  for (const file of files) {
    reads += 1;
    try {
      readFileSync(join(lake, "active", file));
    } catch (error) {
      failures += 1;
      process.stderr.write(`${error}\n`);
    }
  }
}
process.stdout.write(`${JSON.stringify({ reads, failures })}\n`);
