import type { RecordFunctions } from "./record_functions.ts";
import { RECORD_MODULE_CODE } from "./record_module_code.ts";
import { layoutOf, type StructName } from "./structs.ts";

/** What is used of WebAssembly. Its types come with those of browsers, which are not loaded. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

interface ModuleExports extends RecordFunctions {
  memory: { readonly buffer: ArrayBuffer };
}

let compiled: object | undefined;

/** What other code of the same kind exports, in an instance of its own. */
export function instantiate<Exports>(code: Uint8Array): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(code), { env: { abort } }).exports as Exports;
}

/** An instance of the module that reads records, with its memory, which grows and never shrinks. */
export class RecordModule {
  readonly functions: RecordFunctions;
  readonly #memory: { readonly buffer: ArrayBuffer };
  #bytes = Buffer.alloc(0);

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(RECORD_MODULE_CODE, "base64"));
    const exports = new WebAssembly.Instance(compiled, { env: { abort } }).exports as ModuleExports;
    this.functions = exports;
    this.#memory = exports.memory;
  }

  /** All of the memory, until it grows the next time. */
  get bytes(): Buffer<ArrayBuffer> {
    const { buffer } = this.#memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }

  /** Puts bytes to new memory and returns their place. */
  put(bytes: Uint8Array): number {
    const place = this.functions.allocate(bytes.length);
    this.bytes.set(bytes, place);
    return place;
  }

  /** The same for numbers of 32 bits. */
  putWords(words: readonly number[]): number {
    return this.put(new Uint8Array(Int32Array.from(words).buffer));
  }

  /** The same for a struct; fields that are not given are 0. */
  putStruct(name: StructName, fields: Readonly<Record<string, number | Uint8Array>>): number {
    return this.put(structBytes(name, fields));
  }

  /** The same for several of them, one behind the other. */
  putStructs(name: StructName, all: readonly Readonly<Record<string, number | Uint8Array>>[]): number {
    return this.put(Buffer.concat(all.map((fields) => structBytes(name, fields))));
  }

  /** The same for a list of places, as the module reads one: with a 0 behind it. */
  putList(places: readonly number[]): number {
    return this.putWords([...places, 0]);
  }

  /** The same for a text; returns its place and how many bytes it has. */
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

/** The module has no more memory, or a mistake in it. */
function abort(): never {
  throw new RangeError("the memory for parsing is exhausted");
}
