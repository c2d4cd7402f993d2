import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { textIfThere, writeFileAtomic } from "../lib/files/files.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { assemblyStructs } from "../lib/parser/assembly_structs.ts";
import { compileAssembly } from "../lib/parser/compile_assembly.ts";

const SOURCES = "lib/parser/assembly";
const STRUCTS = `${SOURCES}/structs.ts`;
const MADE_BY = "// Made by scripts/compile_parser.ts from lib/parser/assembly/.\n";
const MODULE_ABOUT = "/** The compiled record parser, a WebAssembly module in base64. */\n";

/** Compiles the record parser to WebAssembly; `--check` only compares the files with the sources (exit 2 if they differ). */
export const main = defineCommand({
  name: "scripts/compile_parser.ts",
  summary:
    "Compiles lib/parser/assembly/, the record parser, to WebAssembly in lib/parser/record_module_code.ts.",
  options: {
    check: { type: "flag", summary: "write nothing, and fail if a file is out of date" },
  },
  examples: ["bin/lake compile_parser", "bin/lake compile_parser --check"],
  async run({ options, print }) {
    const write = async (path: string, content: string) => {
      if ((await textIfThere(join(projectRoot, path))) === content) {
        print(`${path}: up to date`);
        return;
      }
      if (options.check) {
        throw new ExpectedError(`${path} is out of date with ${SOURCES}/: run bin/lake generate`);
      }
      await writeFileAtomic(join(projectRoot, path), content);
      print(`${path}: ${content.length} bytes`);
    };
    await write(STRUCTS, assemblyStructs());
    for (const [path, content] of Object.entries(await compile())) await write(path, content);
    return EXIT.ok;
  },
});

/** The generated files: the compiled module as base64, so that every module loader finds it, and its functions. */
async function compile(): Promise<Record<string, string>> {
  const { code, declarations } = await compileAssembly("index.ts");
  const base64 = Buffer.from(code).toString("base64");
  return {
    "lib/parser/record_module_code.ts": `${MADE_BY}${MODULE_ABOUT}export const RECORD_MODULE_CODE =\n  "${base64}";\n`,
    "lib/parser/record_functions.ts": functionsOf(declarations),
  };
}

/** An interface of the functions declared by the compiler. */
function functionsOf(declarations: string): string {
  const functions = [...declarations.matchAll(/export function (\w+\([^)]*\): \w+;)/g)].map(
    ([, each]) => `  ${each}\n`,
  );
  const about =
    "/** The functions of the module that reads records; `lib/parser/assembly/index.ts` tells what each does. */\n";
  return `${MADE_BY}${about}export interface RecordFunctions {\n${functions.join("")}}\n`;
}

await runAsEntrypoint(import.meta.url, main);
