/** How the rows of a table are aligned. */
export interface TableLayout {
  /** The line of a row. */
  line(row: readonly string[]): string;
}

/** Columns that are as wide as these rows need; those of numbers (by `right`, their indexes) are aligned to the right. */
export function tableLayout(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): TableLayout {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, oneLine(cell).length);
    }
  }
  const aligned = (cell: string, index: number) => {
    const width = widths[index] ?? 0;
    return right.includes(index) ? cell.padStart(width) : cell.padEnd(width);
  };
  return { line: (row) => row.map(oneLine).map(aligned).join("  ").trimEnd() };
}

/**
 * Lines of a table with aligned columns, the first row being the heading. Line breaks in a cell become blanks.
 */
export function alignedTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const { line } = tableLayout(rows, right);
  return rows.map(line);
}

const oneLine = (cell: string) => cell.replace(/\s*[\r\n]+\s*/g, " ");
