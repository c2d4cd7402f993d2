/**
 * Lines of a table with aligned columns, the first row being the heading; columns of numbers (by `right`, their
 * indexes) are aligned to the right. Line breaks in a cell become blanks.
 */
export function alignedTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const flat = rows.map((row) => row.map((cell) => cell.replace(/\s*[\r\n]+\s*/g, " ")));
  const widths = (flat[0] ?? []).map((_, index) => Math.max(...flat.map((row) => row[index]?.length ?? 0)));
  return flat.map((row) =>
    row
      .map((cell, index) =>
        right.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
