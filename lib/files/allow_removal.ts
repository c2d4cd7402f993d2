import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Makes a directory and those below it writable, so that what they contain can be removed. Links are not followed. */
export function allowRemoval(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) allowRemoval(join(path, entry.name));
  }
}
