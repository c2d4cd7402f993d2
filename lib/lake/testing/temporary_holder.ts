import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../files/temporary_directory.ts";
import { withTemporaryFile } from "../../files/temporary_file.ts";

/** A process that holds a temporary directory and a temporary file, prints `held`, and runs until it is killed. */
const [dir = ""] = process.argv.slice(2);

mkdirSync((await temporaryDirectory(dir, "spill")).path);
await withTemporaryFile(join(dir, "report"), "half", async () => {
  process.stdout.write("held\n");
  setInterval(() => {}, 1000);
  await new Promise(() => {});
});
