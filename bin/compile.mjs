// Compiles an entrypoint for compiled.mjs; loaded only if a compiled form is missing or its sources have changed.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Why a form can't be kept: the project belongs to another user, is on a read-only disk, or the disk is full. */
const NOT_KEPT = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EFBIG"]);
const HEADER = "//";
/** Stands for `import.meta.url`: a constant of each module. */
const OWN_URL = "importMetaUrl";
const TEMPORARY = /^\.compiling-/;
const ABANDONED_MS = 3_600_000;
/** An import of a path that is computed. */
const COMPUTED_IMPORT = /\bimport\((?!\s*["'])/;

/**
 * Compiles a script with all modules of the project that it imports. Each module keeps its own `import.meta.url`, by which it
 * finds the files next to it.
 * @param {string} root the project
 * @param {string} name the script, relative to it
 * @param {string} path where the form will be
 * @param {string[]} others files that count as sources as well
 * @returns the code below the header's line, and its source map; the bytes of the sources that it was made of, by path; whether
 * it imports computed paths
 */
export async function compile(root, name, path, others) {
  const sources = new Map(others.map((other) => [other, readFileSync(join(root, other))]));
  let importsSources = false;
  const ownModules = {
    name: "own-modules",
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|json)$/ }, ({ path }) => {
        const bytes = readFileSync(path);
        sources.set(relative(root, path), bytes);
        if (path.endsWith(".json")) return { contents: bytes, loader: "json" };
        const text = bytes.toString();
        importsSources ||= COMPUTED_IMPORT.test(text);
        const ownUrl = `const ${OWN_URL} = ${JSON.stringify(pathToFileURL(path).href)};`;
        return { contents: `${ownUrl}${text}`, loader: "ts" };
      });
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [name],
    outfile: path,
    write: false,
    sourcemap: "linked",
    sourcesContent: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    keepNames: true,
    tsconfigRaw: {},
    define: { "import.meta.url": OWN_URL },
    // The place of the header, so that the source map counts its line.
    banner: { js: HEADER },
    logLevel: "silent",
    plugins: [ownModules],
  });
  const [map, code] = outputFiles.map(({ text }) => text);
  // esbuild loads modules in any order; the same sources are to give the same form.
  const sorted = new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { code: code.slice(`${HEADER}\n`.length), map, sources: sorted, importsSources };
}

/** Puts a form and its source map in their places, each in one step; false when they can't be kept. */
export function publish(path, form, map) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    removeAbandoned(dirname(path));
    replace(`${path}.map`, map);
    replace(path, form);
    return true;
  } catch (error) {
    if (NOT_KEPT.has(error.code)) return false;
    throw error;
  }
}

function replace(path, text) {
  const temporary = join(dirname(path), `.compiling-${process.pid}-${basename(path)}`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes leftovers of killed processes. */
function removeAbandoned(directory) {
  for (const name of readdirSync(directory).filter((each) => TEMPORARY.test(each))) {
    const file = join(directory, name);
    const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(file, { force: true });
  }
}
