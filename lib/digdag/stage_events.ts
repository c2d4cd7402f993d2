import { closeSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { StageEvent } from "../cli/stage_log.ts";
import { parseStageEvent } from "./stage_times.ts";

const CHUNK = 64 * 1024;

/** Reads the events appended to the log of a session's stages from now on. */
export class StageEvents {
  readonly #file: string;
  #position: number;
  #rest = "";
  readonly #decoder = new StringDecoder("utf8");

  constructor(file: string) {
    this.#file = file;
    this.#position = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The events since the last call; an incomplete line is left for the next call. */
  read(): StageEvent[] {
    const lines = `${this.#rest}${this.#appended()}`.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.map(parseStageEvent).filter((event) => event !== undefined);
  }

  #appended(): string {
    if ((statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) <= this.#position) return "";
    const file = openSync(this.#file, "r");
    try {
      let text = "";
      const buffer = Buffer.alloc(CHUNK);
      for (;;) {
        const length = readSync(file, buffer, 0, CHUNK, this.#position);
        if (length === 0) return text;
        text += this.#decoder.write(buffer.subarray(0, length));
        this.#position += length;
      }
    } finally {
      closeSync(file);
    }
  }
}
