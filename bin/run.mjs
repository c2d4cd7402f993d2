// Runs a TypeScript entrypoint of this project: node bin/run.mjs SCRIPT [ARGUMENT...]
// It runs the script's compiled form, which starts in a third of the CPU time that tsx takes (decision 0190). tsx runs
// the others: scripts outside of the project, and all scripts where compiled forms can't be kept. Plain JavaScript, because
// it runs before anything is compiled.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compiledForm } from "./compiled.mjs";

const script = resolve(process.argv[2] ?? "");
// The script finds itself and its arguments where Node would have put them.
process.argv.splice(1, 2, script);

// Reading source maps takes time: only where stacks are shown.
if (process.argv.includes("--debug")) process.setSourceMapsEnabled(true);
const compiled = await compiledForm(realpathSync(script));
if (compiled?.importsSources !== false) await import("tsx");
await import(pathToFileURL(compiled?.path ?? script).href);
