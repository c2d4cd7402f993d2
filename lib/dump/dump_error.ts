import { ExpectedError, oneLine } from "../cli/errors.ts";

/** A dump that cannot be read to its verified end. The message names the file and the place in it. */
export class DumpError extends ExpectedError {
  override readonly name = "DumpError";
}

/** A place in a dump: the record (1 is the first, 0 is before it) and the uncompressed byte offset. */
export interface Place {
  record: number;
  offset: number;
}

/**
 * Creates an error for a place in a dump, before the first record only the byte; `error` is a message or the error that occurred
 * there.
 */
export function dumpError(file: string, { record, offset }: Place, error: unknown): DumpError {
  const place = `${record === 0 ? "" : `record ${record}, `}byte ${offset}`;
  return new DumpError(`${file}: ${place}: ${oneLine(error)}`, { cause: error });
}
