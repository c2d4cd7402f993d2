/** Lines of a Markdown table; the first row is the header. Bars in cells are escaped. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const [heading = [], ...body] = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  return [String(heading), `|${"---|".repeat(rows[0]?.length ?? 0)}`, ...body];
}

/** Literal text: a name, a path, or a string with significant blanks. */
export function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replaceAll("|", "\\|");
}
