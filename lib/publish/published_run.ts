import { ExpectedError } from "../cli/errors.ts";
import { parseJson, sha256Of } from "../files/files.ts";
import { type Manifest, manifestSchema, manifestSha256 } from "../lake/manifest.ts";
import type { Bucket } from "./bucket.ts";

/** A run, by its id and its manifest's SHA-256 (hex). */
export interface PublishedRun {
  runId: string;
  manifestSha256: string;
}

/** A file of a run's datasets. */
export interface PublishedFile {
  /** Its path in the published lake: `_runs/<run id>/...`. */
  path: string;
  /** Its path in the run. */
  inRun: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** The path of a run's objects in the published lake. */
export function publishedDir(runId: string): string {
  return `_runs/${runId}/`;
}

/** The path of a published run's manifest. */
export function publishedManifest(runId: string): string {
  return `${publishedDir(runId)}manifest.json`;
}

/** The files of a run's datasets, from its manifest. */
export function publishedFiles(runId: string, { datasets }: Pick<Manifest, "datasets">): PublishedFile[] {
  return Object.values(datasets).flatMap(({ directory, files }) =>
    files.map(({ name, bytes, sha256 }) => {
      const inRun = `${directory}/${name}`;
      return { path: `${publishedDir(runId)}${inRun}`, inRun, bytes, sha256 };
    }),
  );
}

/** A sealed run in `dir`, to be published or pointed to. ExpectedError if it has no manifest, like those of the Python original. */
export async function publishableRun(runId: string, dir: string): Promise<PublishedRun> {
  const sha256 = await manifestSha256(dir);
  if (sha256 !== undefined) return { runId, manifestSha256: sha256 };
  throw new ExpectedError(
    `run ${runId} has no manifest, so that a copy can't be verified: it is not published`,
  );
}

/** Whether a store has a run: not at all, another one of the same id, only some of its files, or the whole. */
export type PublishedState =
  | { state: "absent" | "different" | "whole" }
  | {
      state: "incomplete";
      /** What is missing, for a message: one path, and the number of others. */
      missing: string;
    };

/** Whether a store has a run with all files of its manifest, by their sizes: objects may have been removed since. */
export async function publishedState(
  bucket: Bucket,
  { runId, manifestSha256 }: PublishedRun,
): Promise<PublishedState> {
  const found = await bucket.read(publishedManifest(runId));
  if (found === undefined) return { state: "absent" };
  if (sha256Of(found.text) !== manifestSha256) return { state: "different" };
  const manifest = parseJson(found.text, bucket.url(publishedManifest(runId)), manifestSchema);
  const there = await bucket.list(publishedDir(runId));
  const files = publishedFiles(runId, manifest);
  const [first, ...more] = files.filter(({ path, bytes }) => there.get(path) !== bytes);
  if (first === undefined) return { state: "whole" };
  return {
    state: "incomplete",
    missing: `${first.path}${more.length === 0 ? "" : ` and ${more.length} more`}`,
  };
}
