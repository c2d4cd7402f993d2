import { openAsBlob } from "node:fs";
import { ParquetFile } from "parquet-wasm";

/**
 * Rows of a Parquet file as its footer on disk says. Throws when the footer cannot be read.
 * A writer that compares this with what it wrote knows that the file is whole.
 */
export async function rowsInFooter(path: string): Promise<number> {
  const file = await ParquetFile.fromFile(await openAsBlob(path));
  try {
    const metadata = file.metadata();
    const fileMetadata = metadata.fileMetadata();
    const rows = fileMetadata.numRows();
    fileMetadata.free();
    metadata.free();
    return rows;
  } finally {
    file.free();
  }
}
