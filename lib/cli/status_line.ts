import { clearLine, cursorTo } from "node:readline";

/** A terminal, as far as its status line needs it. */
export interface Terminal extends NodeJS.WritableStream {
  columns?: number;
}

const DEFAULT_COLUMNS = 80;

/** The last line of a terminal, which is rewritten in place and is gone before anything else is written. */
export class StatusLine {
  readonly #terminal: Terminal;
  #shown = "";

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows a text in place of the one before, cut to the width of the terminal. */
  show(text: string): void {
    const line = fitted(text, (this.#terminal.columns || DEFAULT_COLUMNS) - 1);
    if (line === this.#shown) return;
    this.clear();
    this.#terminal.write(line);
    this.#shown = line;
  }

  /** Removes the line. */
  clear(): void {
    if (this.#shown === "") return;
    cursorTo(this.#terminal, 0);
    clearLine(this.#terminal, 0);
    this.#shown = "";
  }
}

/** As much of a text as fits, on one line. A character beyond ASCII may take two columns. */
export function fitted(text: string, columns: number): string {
  let width = 0;
  let line = "";
  for (const character of text.replace(/\s+/g, " ")) {
    width += character > "~" ? 2 : 1;
    if (width > columns) return line;
    line += character;
  }
  return line;
}
