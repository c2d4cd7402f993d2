import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { parserFiles } from "../lib/parser/parser_files.ts";

const SOURCES = "lib/parser/assembly";

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
    const write = (path: string, content: string) => {
      if (!options.check) writeFileSync(join(projectRoot, path), content);
      else if (readFileSync(join(projectRoot, path), "utf8") !== content) {
        throw new ExpectedError(`${path} is out of date with ${SOURCES}/: run bin/lake compile_parser`);
      }
      print(`${path}: ${content.length} bytes`);
    };
    for await (const [path, content] of parserFiles()) write(path, content);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
