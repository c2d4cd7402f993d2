// Compiles an entrypoint for compiled.mjs; loaded only if a compiled form is missing or its sources have changed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { contentsOf, kept, readKept, replace, TEMPORARY, withHeader } from "../lib/bundles/kept.mjs";

/** Stands for `import.meta.url`: a constant of each module. */
const OWN_URL = "importMetaUrl";
const ABANDONED_MS = 3_600_000;
/** An import of a path that is computed. */
const COMPUTED_IMPORT = /\bimport\((?!\s*["'])/;
/**
 * Packages of many small files, none of which needs the others next to it: merged into one file, which all forms share, they
 * load in a fraction of the time. Imported by names only.
 */
const MERGED = [
  "@aws-sdk/client-s3",
  "@duckdb/node-api",
  "apache-arrow",
  "csv-parse/sync",
  "csv-stringify/sync",
  "trino-client",
  "undici",
  "yaml",
  "zod",
];
/** Imported by merged packages, but with files of their own. */
const NOT_MERGED = ["@duckdb/node-bindings"];
/** Packages of which few scripts use a small part: their forms contain it. */
const IN_THE_FORM = /^(echarts|zrender|tslib)(\/|$)/;
/** What npm has installed. */
const INSTALLED = "node_modules/.package-lock.json";
/** Forms load packages by `require` at the time when the importing module is evaluated, which may be never. */
const BY_REQUIRE = "by-require";
/** Below that namespace, what is merged. */
const IS_MERGED = /^\.\//;
const REQUIRE = `\
import { createRequire as createFormRequire } from "node:module"; \
import { loadMerged } from ${JSON.stringify(new URL("merged.mjs", import.meta.url).href)}; \
const require = createFormRequire(import.meta.url); \
const requireMerged = (name) => loadMerged(name, import.meta.url);`;

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
  const sources = contentsOf(root, others);
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
  const packages = {
    name: "packages",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, async ({ path: specifier, kind, namespace }) => {
        if (kind === "entry-point") return undefined;
        if (namespace === BY_REQUIRE || specifier.startsWith("node:"))
          return { path: specifier, external: true };
        // Such packages may consist of modules only, which Node 20 can't require.
        const notMerged = kind === "dynamic-import" ? { external: true } : { namespace: BY_REQUIRE };
        const installed = readIfThere(join(root, INSTALLED));
        const place = installed === undefined ? undefined : placeOfPackage(specifier);
        if (place === undefined) return { path: specifier, ...notMerged };
        sources.set(INSTALLED, installed);
        if (place === "in the form") return undefined;
        const merged = await mergedPackage(root, specifier, { directory: dirname(path), installed });
        if (merged === undefined) return { path: specifier, ...notMerged };
        sources.set(relative(root, merged), readFileSync(merged));
        return { path: `./${basename(merged)}`, namespace: BY_REQUIRE };
      });
      onLoad({ filter: /./, namespace: BY_REQUIRE }, ({ path }) => ({
        contents: `module.exports = ${IS_MERGED.test(path) ? "requireMerged" : "require"}(${JSON.stringify(path)});`,
      }));
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
    platform: "node",
    format: "esm",
    target: "node20",
    keepNames: true,
    tsconfigRaw: {},
    define: { "import.meta.url": OWN_URL },
    // With an empty line in the place of the header, so that the source map counts it.
    banner: { js: `\n${REQUIRE}` },
    logLevel: "silent",
    plugins: [packages, ownModules],
  });
  const [map, code] = outputFiles.map(({ text }) => text);
  // esbuild loads modules in any order; the same sources are to give the same form.
  const sorted = new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { code: code.slice("\n".length), map, sources: sorted, importsSources };
}

/** Where the code of a package is: undefined in its own files. */
function placeOfPackage(specifier) {
  if (MERGED.includes(specifier)) return "merged";
  return IN_THE_FORM.test(specifier) ? "in the form" : undefined;
}

/** Returns the file with all of a package, made now if there is none; undefined when it can't be kept. */
async function mergedPackage(root, name, { directory, installed }) {
  const path = join(directory, `${name.replaceAll("/", "-")}-${sha256(installed).slice(0, 16)}.cjs`);
  if (readKept(root, path) !== undefined) return path;
  const text = withHeader(await merge(root, name), new Map([[INSTALLED, installed]]));
  return kept(path, () => replace(path, text)) ? path : undefined;
}

async function merge(root, name) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root },
    absWorkingDir: root,
    write: false,
    bundle: true,
    external: NOT_MERGED,
    platform: "node",
    format: "cjs",
    target: "node20",
    keepNames: true,
    minifyWhitespace: true,
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

/** Puts a form and its source map in their places, each in one step; false when they can't be kept. */
export function publish(path, form, map) {
  return kept(path, () => {
    removeAbandoned(dirname(path));
    replace(`${path}.map`, map);
    replace(path, form);
  });
}

/** Removes leftovers of killed processes. */
function removeAbandoned(directory) {
  for (const name of readdirSync(directory).filter((each) => TEMPORARY.test(each))) {
    const file = join(directory, name);
    const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(file, { force: true });
  }
}
