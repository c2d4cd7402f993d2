// Finds the compiled form of an entrypoint: one JavaScript file with all modules of this project that the script imports, kept
// until one of them changes. Packages are not included.
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { keptDirectory, readKept, withHeader } from "../lib/bundles/kept.mjs";

const BIN = dirname(fileURLToPath(import.meta.url));

/** Root of the project. */
export const ROOT = dirname(BIN);
/** The files that decide how sources are compiled; they count as sources of every form. */
const COMPILER = [
  "bin/compiled.mjs",
  "bin/compile.mjs",
  "bin/merged.mjs",
  "lib/bundles/kept.mjs",
  "package.json",
  "node_modules/esbuild/package.json",
];

/**
 * Returns the form of a script, compiled now if there is none that matches its sources. Undefined when the script is not
 * of this project or the form can't be kept. `importsSources` tells whether it imports modules by computed paths.
 * @param {string} script absolute path, without links
 * @returns {Promise<{ path: string, importsSources: boolean } | undefined>}
 */
export async function compiledForm(script) {
  const name = relative(ROOT, script);
  if (!name.endsWith(".ts") || name.startsWith("..")) return undefined;
  const path = join(keptDirectory(ROOT), `${name.replaceAll(sep, "-").slice(0, -".ts".length)}.mjs`);
  const found = readKept(ROOT, path)?.header ?? (await compileInto(path, name));
  return found === undefined ? undefined : { path, importsSources: found.importsSources };
}

/** Undefined if the form can't be kept. */
async function compileInto(path, name) {
  const { compile, publish } = await import("./compile.mjs");
  const { code, map, sources, importsSources } = await compile(ROOT, name, path, COMPILER);
  return publish(path, withHeader(code, sources, { importsSources }), map) ? { importsSources } : undefined;
}
