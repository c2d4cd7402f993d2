import { counted, countText } from "../../cli/amounts.ts";
import { datasetName } from "../../datasets/dataset_name.ts";
import { type TableDeclaration, trinoType } from "../../datasets/types.ts";
import { LONGEST_VALUE, type Sample } from "../data/samples.ts";
import { percent, shortened } from "../format.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { meter, note, sentence, type Table, table } from "../page/parts.ts";
import { anchorOf, type RunPageData, rowsOf } from "./run_data.ts";

/** Every dataset with its columns, their fill rates, and its first rows. */
export function contentsSection(data: RunPageData): Section {
  return {
    id: "contents",
    title: "Columns and first rows",
    short: "Columns and rows",
    about: "For each dataset its columns, with the share of rows that are not NULL, and its first rows.",
    body: html`${data.tables.map((declaration) => datasetHtml(data, declaration))}`,
  };
}

function datasetHtml(data: RunPageData, declaration: TableDeclaration): Html {
  const rows = rowsOf(data, declaration);
  const sample = data.samples.get(declaration.table);
  const isOpen = declaration.kind === "canonical";
  return html`<details class="group"${isOpen && html` open`}><summary id="${anchorOf(declaration)}"><strong>${declaration.directory}</strong>${rows !== undefined && `, ${counted(rows, "row")}`}</summary>
${note(sentence(declaration.about))}
${table(columnTable(data, declaration, rows))}
${sample === undefined ? note("The rows could not be read.") : sampleHtml(declaration, sample)}
</details>
`;
}

function columnTable(
  { manifest }: RunPageData,
  declaration: TableDeclaration,
  rows: number | undefined,
): Table {
  const entry = manifest?.datasets[datasetName(declaration.directory)];
  return {
    label: `Columns of ${declaration.directory}`,
    isStacked: true,
    columns: ["Column", { name: "Type", kind: "text" }, "Filled", { name: "Description", kind: "text" }],
    rows: declaration.columns.map(({ name, type, about }) => [
      html`<span class="id">${name}</span>`,
      html`<span class="id">${trinoType(type)}</span>`,
      filledHtml(entry?.filled?.[name] ?? entry?.measures?.columns[name]?.filled, rows),
      sentence(about),
    ]),
  };
}

function filledHtml(filled: number | undefined, rows: number | undefined): Html | undefined {
  if (filled === undefined || rows === undefined) return undefined;
  if (rows === 0) return html`no rows`;
  return html`<span title="${countText(filled)} of ${countText(rows)} rows">${meter(filled / rows, percent(filled / rows))}</span>`;
}

function sampleHtml({ directory }: TableDeclaration, { columns, rows }: Sample): Html {
  if (rows.length === 0) return note("No rows.");
  return table({
    label: `First rows of ${directory}`,
    columns,
    rows: rows.map((row) =>
      row.map((value) =>
        value === null ? html`<span class="null">NULL</span>` : shortened(value, LONGEST_VALUE),
      ),
    ),
  });
}
