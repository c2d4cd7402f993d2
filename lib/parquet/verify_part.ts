import { openAsBlob } from "node:fs";

/**
 * Rows of a Parquet file according to its footer on disk. Throws when the footer can't be read. Comparing this with the rows
 * written proves that the file is complete.
 */
export async function rowsInFooter(path: string): Promise<number> {
  // Loaded only here, because compiling its WebAssembly takes 40 ms.
  const { ParquetFile } = await import("parquet-wasm");
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
