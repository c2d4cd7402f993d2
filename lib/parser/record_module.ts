import type { RecordFunctions } from "./record_functions.ts";
import { RECORD_MODULE_CODE } from "./record_module_code.ts";
import { layoutOf, type StructName } from "./structs.ts";

/** The part of the WebAssembly API in use. Its types come with the browser types, which are not loaded. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

interface ModuleExports extends RecordFunctions {
  memory: { readonly buffer: ArrayBuffer };
}

let compiled: object | undefined;

/** Compiles WebAssembly that was made by the same toolchain. */
export const compile = (code: Uint8Array): object => new WebAssembly.Module(code);

/** Instantiates a compiled module and returns its exports. */
export const instantiate = <Exports>(module: object): Exports =>
  new WebAssembly.Instance(module, { env: { abort } }).exports as Exports;

/** An instance of the record-reading module, with its memory, which only grows. */
export class RecordModule {
  readonly functions: RecordFunctions;
  readonly #memory: { readonly buffer: ArrayBuffer };
  #bytes = Buffer.alloc(0);

  constructor() {
    compiled ??= compile(Buffer.from(RECORD_MODULE_CODE, "base64"));
    const exports = instantiate<ModuleExports>(compiled);
    this.functions = exports;
    this.#memory = exports.memory;
  }

  /** All of the memory; valid until it next grows. */
  get bytes(): Buffer<ArrayBuffer> {
    const { buffer } = this.#memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }

  /** Copies bytes into new memory and returns their place. */
  put(bytes: Uint8Array): number {
    const place = this.functions.allocate(bytes.length);
    this.bytes.set(bytes, place);
    return place;
  }

  /** Copies 32-bit numbers into new memory. */
  putWords(words: readonly number[]): number {
    return this.put(new Uint8Array(Int32Array.from(words).buffer));
  }

  /** Writes a struct to new memory; omitted fields are 0. */
  putStruct(name: StructName, fields: Readonly<Record<string, number | Uint8Array>>): number {
    return this.put(structBytes(name, fields));
  }

  /** Writes consecutive structs to new memory. */
  putStructs(name: StructName, all: readonly Readonly<Record<string, number | Uint8Array>>[]): number {
    return this.put(Buffer.concat(all.map((fields) => structBytes(name, fields))));
  }

  /** Writes a list of places in the module's format: terminated by 0. */
  putList(places: readonly number[]): number {
    return this.putWords([...places, 0]);
  }

  /** Writes a text to new memory; returns its place and its length in bytes. */
  putText(text: string): [place: number, length: number] {
    const bytes = Buffer.from(text);
    return [this.put(bytes), bytes.length];
  }

  word(place: number): number {
    return this.bytes.readUInt32LE(place);
  }
}

function structBytes(name: StructName, fields: Readonly<Record<string, number | Uint8Array>>): Uint8Array {
  const { offsets, bytes } = layoutOf(name);
  const struct = Buffer.alloc(bytes);
  for (const [field, value] of Object.entries(fields)) {
    const known = offsets.get(field);
    if (known === undefined) throw new TypeError(`${name} has no field ${field}`);
    if (typeof value !== "number") struct.set(value, known.offset);
    else struct.writeInt32LE(value | 0, known.offset);
  }
  return struct;
}

/** Called when the module runs out of memory or fails an assertion. */
function abort(): never {
  throw new RangeError("the memory for parsing is exhausted");
}
