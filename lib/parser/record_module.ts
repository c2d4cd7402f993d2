import { RECORD_MODULE_CODE } from "./record_module_code.ts";

/** What is used of WebAssembly. Its types come with those of browsers, which are not loaded. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** The functions of the module that reads records; `lib/parser/assembly/index.ts` says what each does. Numbers are places. */
interface RecordFunctions {
  memory: { readonly buffer: ArrayBuffer };
  allocate(size: number): number;
  start(plan: number, jumps: number, mark: number, markLength: number, slots: number, rules: number): void;
  beginBlock(end: number, roomEnd: number, mayJump: boolean): void;
  parse(from: number, end: number): number;
  parsedRecords(): number;
  scan(from: number): number;
  append(): void;
  clearTape(): void;
  addNode(slot: number): number;
  addValue(slot: number, parent: number, from: number, end: number): void;
  clearColumn(column: number): void;
}

let compiled: object | undefined;

/** An instance of the module that reads records, with its memory, which grows and never shrinks. */
export class RecordModule {
  readonly functions: RecordFunctions;
  #bytes = Buffer.alloc(0);

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(RECORD_MODULE_CODE, "base64"));
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    this.functions = exports as RecordFunctions;
  }

  /** All of the memory, until it grows the next time. */
  get bytes(): Buffer<ArrayBuffer> {
    const { buffer } = this.functions.memory;
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
    return this.put(wordBytes(words));
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

/** Numbers of 32 bits as bytes. */
export function wordBytes(words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}

/** The module has no more memory, or a mistake in it. */
function abort(): never {
  throw new RangeError("the memory for parsing is exhausted");
}
