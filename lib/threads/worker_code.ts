import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** The code of each requested worker script, by path. */
const codes = new Map<string, string>();

/**
 * Bundles the code of a worker thread into one piece of JavaScript to evaluate. Threads do not inherit the TypeScript loader of
 * their parent, and loading their own makes each start take eight times as long (decision 0061).
 * @param script the worker's script, a module of this project
 */
export function workerCode(script: URL): string {
  const path = fileURLToPath(script);
  const code = codes.get(path) ?? bundle(path);
  codes.set(path, code);
  return code;
}

/** Packages are external, and resolved from the script's directory. */
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
