import { UNKNOWN } from "../format.ts";
import { type Html, type HtmlPart, html } from "./html.ts";

/** A column of a table. */
export interface TableColumn {
  name: string;
  kind?: "number" | "text";
}

/** A table of a page. */
export interface Table {
  /** A description for screen readers. */
  label: string;
  columns: readonly (string | TableColumn)[];
  /** A cell per column; undefined if unknown. */
  rows: readonly (readonly HtmlPart[])[];
  /** Whether a phone shows the cells of a row below each other: the last one is long text. */
  isStacked?: boolean;
}

/** A table that scrolls horizontally if it is wider than the page. */
export function table({ label, columns, rows, isStacked }: Table): Html {
  const all = columns.map((column) => (typeof column === "string" ? { name: column } : column));
  const classOf = (column: TableColumn | undefined) =>
    column?.kind === undefined ? undefined : html` class="${column.kind}"`;
  const head = all.map((column) => html`<th scope="col"${classOf(column)}>${column.name}</th>`);
  const cell = (value: HtmlPart, index: number) =>
    index === 0
      ? html`<th scope="row"${classOf(all[0])}>${value ?? UNKNOWN}</th>`
      : html`<td${classOf(all[index])}>${value ?? UNKNOWN}</td>`;
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">
<table${isStacked === true && html` class="stacked"`}>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table>
</div>`;
}

/** A name that may be wrapped after each dot. */
function breakable(name: string): Html {
  return html`${name.split(".").map((part, index) => (index === 0 ? part : html`.<wbr>${part}`))}`;
}

/** Content shown on demand. */
export function details(summary: HtmlPart, body: Html, className?: string): Html {
  const attribute = className === undefined ? undefined : html` class="${className}"`;
  return html`<details${attribute}><summary>${summary}</summary>
${body}
</details>`;
}

/** A colour's name in the style, and its meaning in a chart. */
export interface LegendEntry {
  name: string;
  key: string;
  /** Whether it is an area rather than a line. */
  area?: boolean;
}

/** A chart with its caption and its table. */
export interface Figure {
  title: string;
  about?: string;
  legend?: readonly LegendEntry[];
  drawing: Html;
  /** The values of the drawing, for screen readers and for exact figures. */
  table: Omit<Table, "label">;
}

/** A drawing with its title and legend, and the table of its values. */
export function figure({ title, about, legend, drawing, table: values }: Figure): Html {
  return html`<figure>
<figcaption><h3>${breakable(title)}</h3>${about !== undefined && html`<p>${about}</p>`}</figcaption>
${legend !== undefined && legendHtml(legend)}${drawing}
${details(`Table: ${title}`, table({ ...values, label: title }))}
</figure>
`;
}

function legendHtml(entries: readonly LegendEntry[]): Html {
  const items = entries.map(
    ({ name, key, area }) =>
      html`<li${area === true && html` class="area"`} style="--key: var(--${key})">${name}</li>`,
  );
  return html`<ul class="legend">${items}</ul>
`;
}

/** Figures side by side, as many as fit. */
export function figures(all: readonly Html[]): Html {
  return html`<div class="charts">
${all}</div>`;
}

/** A number at the top of a page. */
export interface Tile {
  name: string;
  value: HtmlPart;
  more?: HtmlPart;
}

/** The key figures at the top of a page. */
export function tiles(all: readonly Tile[]): Html {
  return html`<dl class="tiles">
${all.map(
  ({ name, value, more }) =>
    html`<div><dt>${name}</dt><dd><span class="value">${value}</span>${more !== undefined && html`<br><span class="more">${more}</span>`}</dd></div>\n`,
)}</dl>`;
}

/** A highlighted word: `good`, `warn` or `bad`. */
export function badge(text: string, kind: "good" | "warn" | "bad"): Html {
  return html`<span class="badge ${kind}">${text}</span>`;
}

/** A share of 0 to 1 as a bar next to its text. */
export function meter(share: number, text: string): Html {
  const width = Math.max(0, Math.min(100, share * 100)).toFixed(1);
  return html`<span class="meter" aria-hidden="true"><i style="width: ${width}%"></i></span>${text}`;
}

/** A sentence of a declaration; text between backticks is code. */
export function sentence(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** A sentence below a heading or a table. */
export function note(text: HtmlPart): Html {
  return html`<p class="note">${text}</p>`;
}
