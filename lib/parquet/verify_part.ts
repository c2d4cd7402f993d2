import { type FileHandle, open } from "node:fs/promises";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import { withPath } from "../cli/system_error.ts";

/**
 * Rows of a Parquet file according to its footer on disk. Comparing this with the rows written proves that the file is complete.
 * @throws ExpectedError when the file has no footer
 */
export async function rowsInFooter(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    return await rowsIn(file, path);
  } finally {
    await file.close();
  }
}

async function rowsIn(file: FileHandle, path: string): Promise<number> {
  // Loaded only here, because compiling its WebAssembly takes 40 ms.
  const { ParquetFile } = await import("parquet-wasm");
  const { size } = await file.stat();
  let failure: unknown;
  // A read that fails would make the package panic: it gets zeros instead, in which it finds no footer.
  const read = async (from: number, to: number) => {
    const bytes = new Uint8Array(to - from);
    await file.read(bytes, 0, bytes.length, from).catch((error) => {
      failure = error;
    });
    return bytes.buffer;
  };
  // The package requests only the size of a file and ranges of it.
  const blob = Object.defineProperties(new Blob([]), {
    size: { value: size },
    slice: { value: (from: number, to: number) => ({ arrayBuffer: () => read(from, to) }) },
  });
  try {
    const reader = await ParquetFile.fromFile(blob);
    const metadata = reader.metadata();
    const inFile = metadata.fileMetadata();
    const rows = inFile.numRows();
    for (const held of [inFile, metadata, reader]) held.free();
    return rows;
  } catch (error) {
    if (failure !== undefined) throw withPath(failure, path);
    throw new ExpectedError(`${path} is not a complete Parquet file: ${oneLine(error)}`, { cause: error });
  }
}
