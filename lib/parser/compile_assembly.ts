import { fileURLToPath } from "node:url";
import { ExpectedError } from "../cli/errors.ts";

const SOURCES = fileURLToPath(new URL("assembly", import.meta.url));
const FLAGS = ["-O3", "--enable", "simd", "--runtime", "stub", "--noAssert", "--bindings", "raw"];
/** Binaryen's default, which the compiler changes. */
const UNLIMITED = -1;
/** Functions up to this size are always inlined. Binaryen's default is 2; the V8 of Node 20 inlines none itself. */
const SMALL = 30;

/**
 * Compiles the AssemblyScript whose entry file is in `lib/parser/assembly/`.
 *
 * @returns the WebAssembly, and the TypeScript declarations of its exports
 * @throws ExpectedError with the compiler's message
 */
export async function compileAssembly(entry: string): Promise<{ code: Uint8Array; declarations: string }> {
  const { default: asc } = await import("assemblyscript/asc");
  const made = new Map<string, string | Uint8Array>();
  const { error, stderr } = await asc.main(
    [entry, "--baseDir", SOURCES, "--outFile", "module.wasm", ...FLAGS],
    { writeFile: (name, contents) => void made.set(name, contents) },
  );
  const code = made.get("module.wasm");
  if (error !== null || code === undefined || typeof code === "string")
    throw new ExpectedError(`lib/parser/assembly/${entry} does not compile: ${stderr}`);
  return { code: await optimized(code), declarations: String(made.get("module.d.ts")) };
}

/** Optimizes once more, and inlines every function that is small or called in one place, which the compiler does with fewer. */
async function optimized(code: Uint8Array): Promise<Uint8Array> {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const module = binaryen.readBinary(code);
  try {
    const { SIMD128, BulkMemory, BulkMemoryOpt } = binaryen.Features;
    module.setFeatures(SIMD128 | BulkMemory | BulkMemoryOpt);
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    binaryen.setOneCallerInlineMaxSize(UNLIMITED);
    binaryen.setAlwaysInlineMaxSize(SMALL);
    module.optimize();
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
