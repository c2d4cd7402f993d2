import { createRequire } from "node:module";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { projectRoot } from "../files/project_root.ts";
import { contentsOf, hashOf, kept, keptDirectory, readKept, replace, withHeader } from "./kept.mjs";

const THREADS = "ESBUILD_WORKER_THREADS";

/**
 * Loaded when something has to be bundled, which most processes do not need. Without a thread of its own, for which it would wait
 * for ever if there are too many open files to start it. Where it is loaded already, its thread needs the variable as it was.
 */
function esbuild(): typeof import("esbuild") {
  const before = process.env[THREADS];
  process.env[THREADS] = "0";
  try {
    return createRequire(import.meta.url)("esbuild");
  } finally {
    if (before === undefined) delete process.env[THREADS];
    else process.env[THREADS] = before;
  }
}

/** What decides how modules are bundled: sources of everything that is derived from bundles. */
const BUNDLER = [
  join(projectRoot, "node_modules/esbuild/package.json"),
  join(projectRoot, "lib/bundles/bundle.ts"),
  "package.json",
];

/** A script bundled with the modules that it imports. */
export interface Bundle {
  code: string;
  /** Modules read, relative to the root. */
  read: string[];
  /** Those of them that the code contains a part of. */
  used: string[];
  /** Imports that are not part of the code, as written. */
  external: string[];
}

/** Bundles a script of the project at `root` into one piece of JavaScript. Packages are not part of it. */
export function bundle(
  root: string,
  script: string,
  options: Pick<BuildOptions, "format" | "target" | "minifyWhitespace" | "banner">,
): Bundle {
  const { outputFiles, metafile } = esbuild().buildSync({
    absWorkingDir: root,
    entryPoints: [script],
    outfile: "code.js",
    write: false,
    bundle: true,
    metafile: true,
    packages: "external",
    platform: "node",
    // As modules are; without it, a script that is not a module runs in sloppy mode.
    tsconfigRaw: { compilerOptions: { alwaysStrict: true } },
    ...options,
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined)
    throw new TypeError(`esbuild produced no output for ${script}`);
  return {
    code: file.text,
    read: Object.keys(metafile.inputs),
    used: Object.keys(output.inputs).filter((name) => (output.inputs[name]?.bytesInOutput ?? 0) > 0),
    external: output.imports.filter((each) => each.external === true).map(({ path }) => path),
  };
}

/** A text and the files that it was derived from, absolute or relative to the root. */
export interface Derived {
  text: string;
  sources: readonly string[];
}

/**
 * Text that is derived from sources of the project at `root`, kept with the compiled scripts as long as they stay the same.
 * @param name of the file that it is kept in; slashes become hyphens
 */
export function keptText(root: string, name: string, derive: () => Derived): string {
  const path = join(keptDirectory(root), name.replaceAll("/", "-"));
  const found = readKept(root, path);
  if (found !== undefined) return found.body.toString();
  const sourcesOf = ({ sources }: Derived) => contentsOf(root, [...new Set([...BUNDLER, ...sources])].sort());
  let derived = derive();
  const before = hashOf(sourcesOf(derived));
  kept(path, () => {
    // Derived once more, as the sources could have been edited after they were read the first time.
    derived = derive();
    const sources = sourcesOf(derived);
    if (hashOf(sources) === before) replace(path, withHeader(derived.text, sources));
  });
  return derived.text;
}
