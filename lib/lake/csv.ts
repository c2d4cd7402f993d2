/**
 * Parses CSV with a header line into one object for each row (RFC 4180: quotes are doubled inside quoted fields,
 * which may hold commas and line breaks). Meant for small files, such as reports: it holds all of it.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = records(text);
  return rows.map((row) =>
    Object.fromEntries(row.map((value, index) => [header[index] ?? `${index}`, value])),
  );
}

const FIELD = /("(?:[^"]|"")*"|[^",\r\n][^,\r\n]*|)(,|\r?\n|$)/y;

function records(text: string): string[][] {
  const found: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const match = FIELD.exec(text);
    if (match === null) throw new SyntaxError("not CSV: a quoted field does not end where it should");
    const [, field = "", end] = match;
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end !== ",") {
      found.push(row);
      row = [];
    }
  }
  if (text.endsWith(",")) found.push([...row, ""]);
  return found;
}
