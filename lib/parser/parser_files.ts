import { assemblyStructs } from "./assembly_structs.ts";
import { compileAssembly } from "./compile_assembly.ts";

const MADE_BY = "// Made by scripts/compile_parser.ts from lib/parser/assembly/.\n";
const MODULE_ABOUT = "/** The compiled record parser, a WebAssembly module in base64. */\n";

/**
 * Makes the generated files of the parser: its structs, the compiled module as base64, so that every module loader finds it,
 * and its functions. Each is a path in the project and the content. Write the first before you ask for the second: the compiler
 * reads it.
 */
export async function* parserFiles(): AsyncGenerator<readonly [path: string, content: string]> {
  yield ["lib/parser/assembly/structs.ts", assemblyStructs()];
  const { code, declarations } = await compileAssembly("index.ts");
  const base64 = Buffer.from(code).toString("base64");
  yield [
    "lib/parser/record_module_code.ts",
    `${MADE_BY}${MODULE_ABOUT}export const RECORD_MODULE_CODE =\n  "${base64}";\n`,
  ];
  yield ["lib/parser/record_functions.ts", functionsOf(declarations)];
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
