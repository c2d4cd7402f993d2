/** Column widths and alignment of a table. */
export interface TableLayout {
  /** Renders one row. */
  line(row: readonly string[]): string;
}

/** Column widths for these rows; the columns whose indexes are in `right` are right-aligned. */
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

/** Renders a table with aligned columns; the first row is the header. Line breaks in cells become spaces. */
export function alignedTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const { line } = tableLayout(rows, right);
  return rows.map(line);
}

const oneLine = (cell: string) => cell.replace(/\s*[\r\n]+\s*/g, " ");
