import { ExpectedError, oneLine } from "../cli/errors.ts";

/** A dump that cannot be read to its verified end. The message names the file and the place in it. */
export class DumpError extends ExpectedError {
  override readonly name = "DumpError";
}

/** Where in a dump something is: the record (1 = the first; 0 = before it) and the uncompressed byte offset. */
export interface Place {
  record: number;
  offset: number;
}

/** Says what is wrong at a place in a dump; `error` is a message or the error that was met there. */
export function dumpError(file: string, { record, offset }: Place, error: unknown): DumpError {
  const reason = oneLine(error);
  return new DumpError(`${file}: record ${record}, byte ${offset}: ${reason}`, { cause: error });
}
