import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The text of a file below `sql/`, e.g. `warehouse/artist_name_map_v1.sql`. */
export function readSql(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../sql/${name}`, import.meta.url)), "utf8");
}

/** Names of the `.sql` files in a folder of `sql/`, sorted. */
export function sqlFiles(folder: string): string[] {
  const names = readdirSync(fileURLToPath(new URL(`../../sql/${folder}/`, import.meta.url)));
  return names.filter((name) => name.endsWith(".sql")).sort();
}
