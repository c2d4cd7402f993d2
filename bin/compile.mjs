// Compiles an entrypoint for compiled.mjs; loaded only where a form is missing or its sources have changed.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Why a form can't be kept: the project belongs to another user, is on a read-only disk, or the disk is full. */
const NOT_KEPT = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EFBIG"]);
const TEMPORARY = /^\.compiling-/;
const ABANDONED_MS = 3_600_000;
/** An import of a path that is computed. */
const COMPUTED_IMPORT = /\bimport\((?!\s*["'])/;

/**
 * Compiles a script with all modules of the project that it imports. Each module keeps its own `import.meta.url`, by
 * which it finds the files beside it.
 * @param {string} root the project
 * @param {string} name the script, relative to it
 * @param {string[]} others files that count as sources as well
 * @returns the code; the bytes of the sources that it was made of, by path; whether it imports computed paths
 */
export async function compile(root, name, others) {
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
        const url = JSON.stringify(pathToFileURL(path).href);
        return { contents: text.replaceAll("import.meta.url", url), loader: "ts" };
      });
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [name],
    outfile: "form.mjs",
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    keepNames: true,
    tsconfigRaw: {},
    logLevel: "silent",
    plugins: [ownModules],
  });
  return { code: outputFiles[0].text, sources, importsSources };
}

/** Puts a form in its place in one step; false when it can't be kept. */
export function publish(path, text) {
  const directory = dirname(path);
  const temporary = join(directory, `.compiling-${process.pid}-${basename(path)}`);
  try {
    mkdirSync(directory, { recursive: true });
    removeAbandoned(directory);
    writeFileSync(temporary, text);
    renameSync(temporary, path);
    return true;
  } catch (error) {
    if (NOT_KEPT.has(error.code)) return false;
    throw error;
  }
}

/** What killed processes left. */
function removeAbandoned(directory) {
  for (const name of readdirSync(directory).filter((each) => TEMPORARY.test(each))) {
    const file = join(directory, name);
    const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(file, { force: true });
  }
}
