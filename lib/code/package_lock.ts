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

/** Where packages are, and what of each. */
const FOLDER = "node_modules/";

/** The versions of packages that a project's package-lock.json fixes (lockfileVersion 2 or 3). */
export class PackageLock {
  readonly #packages: Readonly<Record<string, z.infer<typeof locked>>>;

  constructor(packages: Readonly<Record<string, z.infer<typeof locked>>>) {
    this.#packages = packages;
  }

  /**
   * The packages with these names and all that they depend on, each as a line with its place, version and integrity,
   * in order. Those for other platforms are among them, so that the lines are the same on every machine.
   * @throws TypeError for a name that is not in the file
   */
  reachedFrom(packages: readonly string[]): string[] {
    const absent = packages.find((name) => this.#find(name, "") === undefined);
    if (absent !== undefined) throw new TypeError(`package-lock.json does not have ${absent}`);
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

  /** The place of the package that a package at `from` gets by this name; undefined for one that is optional. */
  #find(name: string, from: string): string | undefined {
    const place = from === "" ? `${FOLDER}${name}` : `${from}/${FOLDER}${name}`;
    if (this.#packages[place] !== undefined) return place;
    if (from === "") return undefined;
    return this.#find(name, from.slice(0, Math.max(0, from.lastIndexOf(`/${FOLDER}`))));
  }
}

/** Reads the package-lock.json of the project at `root`. */
export function readPackageLock(root: string): PackageLock {
  const text = readFileSync(join(root, "package-lock.json"), "utf8");
  return new PackageLock(packageLock.parse(JSON.parse(text)).packages);
}
