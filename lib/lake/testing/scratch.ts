import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A directory that is removed with its contents, including sealed runs, when the process ends. */
export function scratchDirectory(): string {
  if (made.length === 0) process.on("exit", removeAll);
  const dir = mkdtempSync(join(tmpdir(), "discogs-data-lake-test-"));
  made.push(dir);
  return dir;
}

function removeAll(): void {
  for (const dir of made.filter((path) => existsSync(path))) {
    allowRemoval(dir);
    rmSync(dir, { recursive: true });
  }
}

function allowRemoval(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) allowRemoval(join(dir, entry.name));
  }
}
