import { clearLine, cursorTo } from "node:readline";

/** What a status line needs to know of its terminal. */
export interface Terminal extends NodeJS.WritableStream {
  columns?: number;
}

const DEFAULT_COLUMNS = 80;

/** A line at the bottom of a terminal that is rewritten in place, and cleared before anything else is written. */
export class StatusLine {
  readonly #terminal: Terminal;
  #shown = "";

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Replaces the shown text, cut to the width of the terminal. */
  show(text: string): void {
    const line = fitted(text, (this.#terminal.columns || DEFAULT_COLUMNS) - 1);
    if (line === this.#shown) return;
    this.clear();
    this.#terminal.write(line);
    this.#shown = line;
  }

  /** Clears the line. */
  clear(): void {
    if (this.#shown === "") return;
    cursorTo(this.#terminal, 0);
    clearLine(this.#terminal, 0);
    this.#shown = "";
  }
}

/** The part of a text that fits on one line. Characters beyond ASCII count as two columns wide. */
function fitted(text: string, columns: number): string {
  let width = 0;
  let line = "";
  for (const character of text.replace(/\s+/g, " ")) {
    width += character > "~" ? 2 : 1;
    if (width > columns) return line;
    line += character;
  }
  return line;
}
