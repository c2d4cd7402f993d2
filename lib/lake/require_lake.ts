import { ExpectedError } from "../cli/errors.ts";
import { isDirectory, kindOf } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";

/** Passes for the directory of a lake, even an empty one. ExpectedError for anything else. */
export async function requireLake(lake: string): Promise<void> {
  await requireLakeDirectory(lake);
  const { runs, meta } = lakePaths(lake);
  const isLake = (await isDirectory(runs)) || (await isDirectory(meta));
  if (!isLake)
    throw new ExpectedError(
      `${lake} is not a lake: it has neither _runs/ nor _meta/, which main.dig creates with its first run`,
    );
}

/** Passes for any directory, which may become a lake. ExpectedError for anything else. */
export async function requireLakeDirectory(lake: string): Promise<void> {
  if (await isDirectory(lake)) return;
  throw new ExpectedError(
    (await kindOf(lake)) === "file"
      ? `${lake} is a file, but should be the directory of a lake`
      : `there is no lake ${lake}: main.dig creates it with its first run`,
  );
}
