import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { withPath } from "../cli/system_error.ts";

/** The first and last bytes of every Parquet file (Parquet spec, File format). */
const MAGIC = "PAR1";

/** Whether a file ends as a Parquet file does: its writer, which writes the footer last, was not killed before. */
export function endsAsParquet(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    if (size < 2 * MAGIC.length) return false;
    const end = Buffer.alloc(MAGIC.length);
    readSync(fd, end, 0, end.length, size - end.length);
    return end.toString("latin1") === MAGIC;
  } catch (error) {
    throw withPath(error, path);
  } finally {
    closeSync(fd);
  }
}
