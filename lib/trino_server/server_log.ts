import { readFileSync } from "node:fs";
import { hasCode } from "../cli/errors.ts";

/** The last lines of a log, without line ends; none if it does not exist. */
export function lastLines(path: string, count: number): string[] {
  const lines = readText(path).trimEnd().split("\n");
  return lines.length === 1 && lines[0] === "" ? [] : lines.slice(-count);
}

/** The reason a server exited, from its log: numbered configuration errors, or the last error. */
export function lastError(path: string): string {
  const lines = lastLines(path, 2000);
  const numbered = lines.filter((line) => /^\s*\d+\) /.test(line));
  const errors = lines.filter((line) => /\bERROR\b|^Error:|^Caused by: |Exception: /.test(line));
  const found = numbered[0] ?? errors.at(-1) ?? lines.at(-1) ?? "it wrote no log";
  return found.replace(/\s+/g, " ").trim().slice(0, 300);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}
