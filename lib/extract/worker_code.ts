import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

export type WorkerScript = "parse_worker" | "write_worker";

/** The modules that the code of a worker is made of, and where it finds the packages that it needs. */
const HERE = fileURLToPath(new URL(".", import.meta.url));

let codes: ReadonlyMap<WorkerScript, string> | undefined;

/**
 * The code of a worker thread in one piece of JavaScript, to be evaluated. Threads do not take over the TypeScript
 * loader of the one that starts them, and one of their own costs each of them eight times as long (decision 0061).
 */
export function workerCode(script: WorkerScript): string {
  codes ??= bundle(["parse_worker", "write_worker"]);
  const code = codes.get(script);
  if (code === undefined) throw new TypeError(`no code of ${script}`);
  return code;
}

function bundle(scripts: readonly WorkerScript[]): Map<WorkerScript, string> {
  const { outputFiles } = buildSync({
    entryPoints: scripts.map((script) => `${HERE}${script}.ts`),
    outdir: HERE,
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    banner: { js: `require = require("node:module").createRequire(${JSON.stringify(HERE)});` },
  });
  return new Map(
    scripts.map((script) => {
      const file = outputFiles.find(({ path }) => path.endsWith(`${script}.js`));
      if (file === undefined) throw new TypeError(`esbuild made nothing of ${script}`);
      return [script, file.text];
    }),
  );
}
