import type { Bucket } from "./bucket.ts";
import { base64Of, type RunFile, readParts, requireUnchanged } from "./file_digests.ts";

/**
 * How the store's object differs from a file, for a message; undefined if it is the same. Uses the store's SHA-256 of the whole
 * object or of parts divided like ours; otherwise reads the object back. `composite` is the SHA-256 of the file's parts, if
 * known.
 */
export async function differenceOf(
  bucket: Bucket,
  file: RunFile,
  composite?: string,
): Promise<string | undefined> {
  const found = await bucket.head(file.path);
  if (found === undefined) return "missing";
  if (found.bytes !== file.bytes) return `${found.bytes} bytes instead of ${file.bytes}`;
  if (found.checksum === base64Of(file.sha256)) return undefined;
  if (found.checksum !== undefined && isComposite(found.checksum)) {
    if (found.checksum === (composite ?? (await compositeOf(file)))) return undefined;
  } else if (found.checksum !== undefined) {
    return "different SHA-256";
  }
  return (await bucket.hash(file.path)) === file.sha256 ? undefined : "different SHA-256";
}

async function compositeOf(file: RunFile): Promise<string> {
  const digests = await readParts(file, async () => undefined);
  requireUnchanged(file, digests);
  return digests.composite;
}

const isComposite = (checksum: string) => /-\d+$/.test(checksum);
