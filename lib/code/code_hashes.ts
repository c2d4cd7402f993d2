import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { readPackageLock } from "./package_lock.ts";

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
    return this.#once(module, () => {
      const hash = createHash("sha256");
      for (const part of this.#reached(module)) hash.update(`${part.length}\n`).update(part);
      return hash.digest("hex");
    });
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

  #reached(module: string): string[] {
    const codes: string[] = [];
    const packages = new Set<string>();
    const scripts = new Set([module]);
    // Scripts found on the way are traversed too.
    for (const script of scripts) {
      const bundle = bundleOf(this.#root, script);
      codes.push(bundle.code);
      for (const name of bundle.packages) packages.add(name);
      for (const name of bundle.modules.flatMap((name) => startedBy(this.#root, name))) scripts.add(name);
    }
    return [...codes, ...readPackageLock(this.#root).reachedFrom([...packages])];
  }
}

/** The code of a script and of the used parts of its imports, without comments, types and formatting. */
function bundleOf(root: string, script: string) {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [script],
    outfile: "code.js",
    write: false,
    bundle: true,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "esnext",
    minifyWhitespace: true,
    tsconfigRaw: {},
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined)
    throw new TypeError(`esbuild produced no output for ${script}`);
  const external = output.imports.filter((each) => each.external === true && !each.path.startsWith("node:"));
  return {
    code: file.text,
    modules: Object.keys(output.inputs).filter((name) => (output.inputs[name]?.bytesInOutput ?? 0) > 0),
    packages: external.map(({ path }) => packageOf(path)),
  };
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
