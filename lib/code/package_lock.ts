import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const names = z.record(z.string(), z.unknown()).default({});
const locked = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});
const packageLock = z.object({ packages: z.record(z.string(), locked) });

/** The file of npm that fixes the versions. */
export const PACKAGE_LOCK = "package-lock.json";

/** Installed packages by their place in node_modules. */
const FOLDER = "node_modules/";

/** The package versions fixed by a project's package-lock.json (lockfileVersion 2 or 3). */
export class PackageLock {
  readonly #packages: Readonly<Record<string, z.infer<typeof locked>>>;

  constructor(packages: Readonly<Record<string, z.infer<typeof locked>>>) {
    this.#packages = packages;
  }

  /**
   * The packages with these names and all their dependencies, each as a line with place, version and integrity, sorted.
   * Packages for other platforms are included, so that the lines are the same on every machine.
   * @throws TypeError for a name that is not in the file
   */
  reachedFrom(packages: readonly string[]): string[] {
    const absent = packages.find((name) => this.#find(name, "") === undefined);
    if (absent !== undefined) throw new TypeError(`${PACKAGE_LOCK} does not list ${absent}`);
    const reached = new Set<string>();
    const visit = (name: string, from: string) => {
      const place = this.#find(name, from);
      if (place === undefined || reached.has(place)) return;
      reached.add(place);
      const { dependencies, optionalDependencies, peerDependencies } =
        this.#packages[place] ?? locked.parse({});
      const needed = { ...dependencies, ...optionalDependencies, ...peerDependencies };
      for (const each of Object.keys(needed)) visit(each, place);
    };
    for (const name of packages) visit(name, "");
    return [...reached].sort().map((place) => {
      const { version, integrity } = this.#packages[place] ?? {};
      return `${place} ${version} ${integrity}`;
    });
  }

  /** The place of the package that a package at `from` resolves this name to; undefined for an optional one. */
  #find(name: string, from: string): string | undefined {
    const place = from === "" ? `${FOLDER}${name}` : `${from}/${FOLDER}${name}`;
    if (this.#packages[place] !== undefined) return place;
    if (from === "") return undefined;
    return this.#find(name, from.slice(0, Math.max(0, from.lastIndexOf(`/${FOLDER}`))));
  }
}

/** Reads the package-lock.json of the project at `root`. */
export function readPackageLock(root: string): PackageLock {
  const text = readFileSync(join(root, PACKAGE_LOCK), "utf8");
  return new PackageLock(packageLock.parse(JSON.parse(text)).packages);
}
