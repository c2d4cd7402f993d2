import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../files/project_root.ts";
import { bundle, keptText } from "./bundle.ts";

/** The code of each requested worker script, by path. */
const codes = new Map<string, string>();

/**
 * Bundles the code of a worker thread into one piece of JavaScript to evaluate. Threads do not inherit the TypeScript loader of
 * their parent, and loading their own makes each start take eight times as long (decision 0061).
 * @param script the worker's script, a module of this project
 */
export function workerCode(script: URL): string {
  const path = fileURLToPath(script);
  const code = codes.get(path) ?? keptCode(path);
  codes.set(path, code);
  return code;
}

/** Packages are external, and resolved from the script's directory. */
function keptCode(path: string): string {
  const script = relative(projectRoot, path);
  const js = `require = require("node:module").createRequire(${JSON.stringify(`${dirname(path)}/`)});`;
  return keptText(projectRoot, `${script}.cjs`, () => {
    const { code, read } = bundle(projectRoot, script, { format: "cjs", target: "node20", banner: { js } });
    return { text: code, sources: [fileURLToPath(import.meta.url), ...read] };
  });
}
