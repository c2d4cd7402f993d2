// Loads the merged packages of compiled scripts. V8 parses and compiles a package once; the code is kept next to the package, for
// each version of Node, and loads in half the time.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, Script } from "node:vm";
import { kept, replace } from "../lib/bundles/kept.mjs";

/** Begins a CommonJS module, as in Node. */
const AS_FUNCTION = "(function (exports, require, module, __filename, __dirname) {";
const HASH_BYTES = 32;

/**
 * Returns the exports of a merged package.
 * @param {string} name its file, `./NAME.cjs`, whose first line has the hash of the rest
 * @param {string} form URL of the compiled script, which is in the same directory
 */
export function loadMerged(name, form) {
  const path = fileURLToPath(new URL(name, form));
  const text = readFileSync(path, "utf8");
  const place = `${path}.${process.version}-${process.arch}.code`;
  const [header] = text.split("\n", 1);
  const cachedData = readCode(place, header);
  const script = new Script(`${AS_FUNCTION}${text}\n})`, {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    // Ignored by V8 if it was made with other flags.
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  const require = createRequire(path);
  script.runInThisContext().call(module.exports, module.exports, require, module, path, dirname(path));
  // Now that the package has run, its code includes the functions that were called.
  if (cachedData === undefined) keepCode(place, header, script.createCachedData());
  return module.exports;
}

/** V8 notices neither damaged code nor that it was made of another text of the same length: a hash of both comes first. */
function keepCode(place, header, code) {
  kept(place, () => replace(place, Buffer.concat([hashOf(header, code), code])));
}

/** Undefined if there is none that matches. */
function readCode(place, header) {
  try {
    const bytes = readFileSync(place);
    const code = bytes.subarray(HASH_BYTES);
    return hashOf(header, code).equals(bytes.subarray(0, HASH_BYTES)) ? code : undefined;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function hashOf(header, code) {
  return createHash("sha256").update(header).update(code).digest();
}
