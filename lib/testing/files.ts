import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A temporary directory for one test. */
export function temporaryDirectory(test: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "discogs-data-lake-test-"));
  test.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
