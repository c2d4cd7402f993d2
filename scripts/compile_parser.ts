import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = "lib/parser/record_module_code.ts";

export const main = defineCommand({
  name: "scripts/compile_parser.ts",
  summary:
    "Compiles lib/parser/assembly/, the parsing of records, to the WebAssembly in lib/parser/record_module_code.ts.",
  options: {
    check: {
      type: "flag",
      summary: "write nothing, and fail when it is not what lib/parser/assembly/ compiles to",
    },
  },
  examples: ["npx tsx scripts/compile_parser.ts", "npx tsx scripts/compile_parser.ts --check"],
  async run({ options, print }) {
    const code = await compile();
    if (!options.check) writeFileSync(ROOT + TARGET, code);
    else if (readFileSync(ROOT + TARGET, "utf8") !== code) {
      throw new ExpectedError(
        `${TARGET} is not what lib/parser/assembly/ compiles to: run scripts/compile_parser.ts`,
      );
    }
    print(`${TARGET}: ${code.length} bytes`);
    return EXIT.ok;
  },
});

/** What the file is to say: the compiled module as base64, so that every way of loading code finds it. */
async function compile(): Promise<string> {
  const { default: asc } = await import("assemblyscript/asc");
  let binary: Uint8Array | undefined;
  const flags = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert"];
  const { error, stderr } = await asc.main(
    ["index.ts", "--baseDir", `${ROOT}lib/parser/assembly`, "--outFile", "module.wasm", ...flags],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined)
    throw new ExpectedError(`lib/parser/assembly/ does not compile: ${stderr}`);
  const base64 = Buffer.from(binary).toString("base64");
  return `// Made by scripts/compile_parser.ts from lib/parser/assembly/.\nexport const RECORD_MODULE_CODE =\n  "${base64}";\n`;
}

await runAsEntrypoint(import.meta.url, main);
