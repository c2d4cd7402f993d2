import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** The modules that the code of a worker is made of, and where it finds the packages that it needs. */
const HERE = fileURLToPath(new URL(".", import.meta.url));

let code: string | undefined;

/**
 * The code of a worker thread in one piece of JavaScript, to be evaluated. Threads do not take over the TypeScript
 * loader of the one that starts them, and one of their own costs each of them eight times as long (decision 0061).
 */
export function workerCode(): string {
  code ??= bundle("extract_worker.ts");
  return code;
}

function bundle(script: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [`${HERE}${script}`],
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    banner: { js: `require = require("node:module").createRequire(${JSON.stringify(HERE)});` },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new TypeError(`esbuild made nothing of ${script}`);
  return file.text;
}
