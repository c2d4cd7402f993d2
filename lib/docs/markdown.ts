/** Lines of a Markdown table, the first row being the heading. Bars in a cell are escaped. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const [heading = [], ...body] = rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
  return [String(heading), `|${"---|".repeat(rows[0]?.length ?? 0)}`, ...body];
}

/** Text as it is: a name, a path, or a string whose blanks count. */
export function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replaceAll("|", "\\|");
}
