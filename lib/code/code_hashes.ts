import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundle, type Derived, keptText } from "../bundles/bundle.ts";
import { projectRoot } from "../files/project_root.ts";
import { PACKAGE_LOCK, readPackageLock } from "./package_lock.ts";

/** Compiles all code that runs. */
const COMPILER = "esbuild";
/** How hashes are computed. */
const OWN_SOURCES = ["code_hashes.ts", "package_lock.ts"].map((name) => join(projectRoot, "lib/code", name));

/** A script that a module starts, written in the form that bundlers recognise. */
const STARTED_SCRIPT = /\bnew URL\("([^"]+\.ts)", import\.meta\.url\)/g;

/**
 * Hashes of the code of the project at `root`. Each is computed once, because later edits do not change what is
 * running. They are equal on every machine, and ignore comments, types and formatting.
 */
export class CodeHashes {
  readonly #root: string;
  readonly #found = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Hash of all code that a module reaches: the used parts of its imports, the packages of these modules in the
   * versions of package-lock.json, and the scripts that they start as threads.
   * @param module relative to the root
   */
  ofModule(module: string): string {
    return this.#once(module, () => keptText(this.#root, `${module}.sha256`, () => this.#hash(module)));
  }

  /** Hash of a file's bytes; the path is relative to the root. */
  ofFile(name: string): string {
    return this.#once(name, () =>
      createHash("sha256")
        .update(readFileSync(join(this.#root, name)))
        .digest("hex"),
    );
  }

  #once(name: string, find: () => string): string {
    const found = this.#found.get(name) ?? find();
    this.#found.set(name, found);
    return found;
  }

  #hash(module: string): Derived {
    const hash = createHash("sha256");
    const add = (part: string) => hash.update(`${part.length}\n`).update(part);
    const packages = new Set([COMPILER]);
    const sources = new Set([...OWN_SOURCES, PACKAGE_LOCK]);
    const scripts = new Set([module]);
    // Scripts found on the way are traversed too.
    for (const script of scripts) {
      // Without comments, types and formatting.
      const { code, read, used, external } = bundle(this.#root, script, {
        format: "esm",
        target: "esnext",
        minifyWhitespace: true,
      });
      add(code);
      for (const name of external.filter((each) => !each.startsWith("node:"))) packages.add(packageOf(name));
      for (const name of used.flatMap((each) => startedBy(this.#root, each))) scripts.add(name);
      for (const name of read) sources.add(name);
    }
    for (const line of readPackageLock(this.#root).reachedFrom([...packages])) add(line);
    return { text: hash.digest("hex"), sources: [...sources] };
  }
}

/** `csv-parse` for `csv-parse/sync`; `@duckdb/node-api` for itself. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function startedBy(root: string, module: string): string[] {
  const text = readFileSync(join(root, module), "utf8");
  return [...text.matchAll(STARTED_SCRIPT)].map(([, script = ""]) => join(dirname(module), script));
}
