import { readFileSync } from "node:fs";

/** A fenced block of a page. */
export interface Fenced {
  /** Path of the page. */
  page: string;
  /** Of its code; empty where the page names none. */
  language: string;
  text: string;
}

/** One command of a page, with all of its lines, but without a comment behind it. */
export interface ShownCommand {
  page: string;
  /** The language of its block; `sentence` for one in the text. */
  from: string;
  command: string;
  /** What the page shows below it, in a block with prompts. */
  output: string;
}

/** The fenced blocks of a page, in their order. */
export function fencedBlocks(root: string, page: string): Fenced[] {
  return blocksIn(readFileSync(`${root}/${page}`, "utf8"), page);
}

/** The fenced blocks in the text of a page. */
export function blocksIn(pageText: string, page: string): Fenced[] {
  const blocks = pageText.matchAll(/^```(\S*)\n(.*?)^```$/gms);
  return [...blocks].map(([, language = "", text = ""]) => ({ page, language, text }));
}

/** The code within the sentences and tables of a page, each on one line. */
export function inlineCode(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll(/\s*\n\s*/g, " "));
}

/** The commands of a block of shell code, without comments; of one without a language, those behind a `$`. */
export function commandsOf({ page, language, text }: Fenced): ShownCommand[] {
  const lines = text.trimEnd().split("\n");
  const hasPrompts = language === "";
  const commands: ShownCommand[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (hasPrompts && !line.startsWith("$ ")) {
      const last = commands.at(-1);
      if (last !== undefined) last.output += `${line}\n`;
      continue;
    }
    let command = hasPrompts ? line.slice(2) : line;
    while (isOpen(command) && at + 1 < lines.length) command += `\n${lines[++at]}`;
    if (/^\s*[^#\s]/.test(command))
      commands.push({
        page,
        from: language,
        command: command.trimStart().replace(/\s+#.*$/, ""),
        output: "",
      });
  }
  return commands;
}

/** Whether a command continues on the next line: after a backslash, or within quotes. */
function isOpen(command: string): boolean {
  if (command.endsWith("\\")) return true;
  const unquoted = command.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, "").replace(/\s#.*$/m, "");
  return /["']/.test(unquoted);
}
