// Finds the compiled form of an entrypoint: one JavaScript file with all modules of this project that the script imports, kept
// below node_modules/.cache. Packages are not included. The first line of a form names its sources and has the hash of their
// bytes. The sources are read and compared at each start, so that every edit is noticed.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = dirname(fileURLToPath(import.meta.url));

/** Root of the project. */
export const ROOT = dirname(BIN);
/** The files that decide how sources are compiled; they count as sources of every form. */
const COMPILER = [
  "bin/compiled.mjs",
  "bin/compile.mjs",
  "bin/merged.mjs",
  "bin/kept.mjs",
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
  const path = placeOf(name);
  const header = soundHeader(path) ?? (await compileInto(path, name));
  return header === undefined ? undefined : { path, importsSources: header.importsSources };
}

/** Checkouts may share their node_modules: each has its own forms. */
function placeOf(name) {
  const hash = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
  const directory = join(ROOT, "node_modules", ".cache", "discogs-data-lake", hash);
  return join(directory, `${name.replaceAll(sep, "-").slice(0, -".ts".length)}.mjs`);
}

/** The header of a form whose code is whole and whose sources are what they were; otherwise undefined. */
function soundHeader(path) {
  try {
    const bytes = readFileSync(path);
    const end = bytes.indexOf("\n");
    const header = JSON.parse(bytes.subarray("//".length, end).toString());
    const isSound =
      header.code === sha256(bytes.subarray(end + 1)) && header.hash === hashSources(header.sources);
    return isSound ? header : undefined;
  } catch {
    // There is no form, it is cut off, or a source is gone: compiling tells.
    return undefined;
  }
}

async function compileInto(path, name) {
  const { compile, publish } = await import("./compile.mjs");
  const { code, map, sources, importsSources } = await compile(ROOT, name, path, COMPILER);
  const header = {
    importsSources,
    hash: hashContents(sources),
    code: sha256(code),
    sources: [...sources.keys()],
  };
  return publish(path, `//${JSON.stringify(header)}\n${code}`, map) ? header : undefined;
}

/** @param {string[]} names relative to the project */
function hashSources(names) {
  return hashContents(new Map(names.map((name) => [name, readFileSync(join(ROOT, name))])));
}

/** @param {Map<string, Uint8Array>} contents by the files' paths */
function hashContents(contents) {
  const hash = createHash("sha256");
  for (const [name, bytes] of contents) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}
