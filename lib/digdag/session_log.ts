import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { makeDirectory, openToWrite } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import { runIdSuffix } from "../files/run_id.ts";

const TAIL_BYTES = 16 * 1024;

/** The file with the full log of a session, named by its time, like the run that it makes. */
export function sessionLogPath(lake: string, workflow: string, session: Date): string {
  return join(lakePaths(lake).logs, workflow, `${runIdSuffix(session).replace("__", "")}.log`);
}

/** The full log of a session: the output of Digdag and its tasks, attempt after attempt. */
export class SessionLog {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #log: Logger;
  #isWritable = true;

  private constructor(path: string, file: FileHandle, log: Logger) {
    this.path = path;
    this.#file = file;
    this.#log = log;
  }

  /** Opens the file, creating it and its directory if needed. A lake that can't be written is an error. */
  static async open(path: string, log: Logger): Promise<SessionLog> {
    await makeDirectory(dirname(path));
    return new SessionLog(path, await openToWrite(path, "append"), log);
  }

  /** Appends a line of the launcher's own. */
  line(text: string): void {
    this.write(Buffer.from(`${text}\n`));
  }

  /** Appends output. The first write error is a warning: steps that need the disk fail by themselves. */
  write(chunk: Buffer): void {
    if (!this.#isWritable) return;
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(this.#file.fd, chunk, at);
    } catch (error) {
      this.#isWritable = false;
      this.#log.warn(`the log ${this.path} can no longer be written: ${oneLine(error)}`);
    }
  }

  /** The last non-empty lines, oldest first. */
  async tail(lines: number): Promise<string[]> {
    const { size } = await this.#file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await this.#file.read({ buffer: Buffer.alloc(TAIL_BYTES), position: from });
    const text = buffer.toString("utf8", 0, bytesRead).split("\n");
    return text
      .slice(from === 0 ? 0 : 1)
      .filter((line) => line.trim() !== "")
      .slice(-lines);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
