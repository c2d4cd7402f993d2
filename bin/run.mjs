// Runs a TypeScript entrypoint of this project: node bin/run.mjs SCRIPT [ARGUMENT...]
// It runs the script's compiled form, which starts in a third of the CPU time that tsx takes (decision 0190). tsx runs what
// has none: a script outside of the project, a script whose stacks are to name the sources (--debug), and any script
// where compiled forms can't be kept. Plain JavaScript, because it runs before anything is compiled.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compiledForm } from "./compiled.mjs";

const script = resolve(process.argv[2] ?? "");
// The script finds itself and its arguments where Node would have put them.
process.argv.splice(1, 2, script);

const compiled = process.argv.includes("--debug") ? undefined : await compiledForm(realpathSync(script));
if (compiled?.importsSources !== false) await import("tsx");
await import(pathToFileURL(compiled?.path ?? script).href);
