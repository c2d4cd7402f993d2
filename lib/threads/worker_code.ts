import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** The code of each worker's script that was asked for, by its path. */
const codes = new Map<string, string>();

/**
 * The code of a worker thread in one piece of JavaScript, to be evaluated. Threads do not take over the TypeScript
 * loader of the one that starts them, and one of their own costs each of them eight times as long (decision 0061).
 * @param script the worker's script, a module of this project
 */
export function workerCode(script: URL): string {
  const path = fileURLToPath(script);
  const code = codes.get(path) ?? bundle(path);
  codes.set(path, code);
  return code;
}

/** Packages stay outside, and are found from the script's directory. */
function bundle(script: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [script],
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    banner: {
      js: `require = require("node:module").createRequire(${JSON.stringify(`${dirname(script)}/`)});`,
    },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new TypeError(`esbuild produced no output for ${script}`);
  return file.text;
}
