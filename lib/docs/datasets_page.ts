import { type CollectionDataset, collection } from "../datasets/collection.ts";
import type { ExtractedDataset, MissingRule } from "../datasets/declaration.ts";
import { canonicalDatasets, detailDatasets, warehouseDatasets } from "../datasets/index.ts";
import { shortName } from "../datasets/short_name.ts";
import { type DescribedColumn, type Severity, type TableDeclaration, trinoType } from "../datasets/types.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { code, markdownTable } from "./markdown.ts";
import { jsonSourceWords, sourceWords } from "./source_words.ts";

/** A view of a run's schema: its name and what its comment says. */
export interface View {
  name: string;
  about: string;
}

const INTRODUCTION = `# Datasets

Made from the declarations in \`lib/datasets/\` by \`scripts/describe_datasets.ts\`; a test fails when this page is not
what the script prints.

**Text** is the element's character data (or the attribute), trimmed; empty is NULL; white space inside is kept. A
**number** is decimal digits within signed 64 bits; anything else is NULL. **Joined** texts are for display: names may
contain the separator ("Earth, Wind & Fire"), so use the lists and refs to get at single items. A list without items is NULL.
In a pattern, \`{x}\` is the value at x; if there is none, the text next to it is omitted too. Rows are in the order of the
dump; those of the warehouse are sorted by their columns, from left to right.

*Mandatory* columns never hold NULL. *Added* columns are not in runs of the Python original and read as NULL there.
*Expected* columns have values in every month of 1,000 rows or more. *Key* columns together identify a row; NULL equals
NULL. Ids that are NULL or 0, the dumps' "none", refer to nothing. In [discogs.duckdb](opening.md) each dataset has a short
name, which belongs to the newest version in the run. Changing a column's name, type or rule makes a new dataset (\`_v2\`),
never an edit.`;

const DETAILS =
  "Everything else in the dumps: one row for each element, identified by its record's id and its position, from 1. " +
  "They are optional.";

/** The page docs/datasets.md: every dataset with its columns, and where each value comes from. */
export function datasetsPage(views: readonly View[], details = detailDatasets): string {
  const sections = [
    [INTRODUCTION],
    contents([...canonicalDatasets, ...details, collection, ...warehouseDatasets]),
    ["## Canonical datasets"],
    ...canonicalDatasets.map(extractedSection),
    ["## Detail datasets", "", DETAILS],
    ...details.map(extractedSection),
    collectionSection(collection),
    ["## Warehouse datasets", "", "Made of the canonical datasets by DuckDB, one file `data.parquet` each."],
    ...warehouseDatasets.map(warehouseSection),
    viewsSection(views),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function contents(datasets: readonly TableDeclaration[]): string[] {
  const rows = datasets.map((dataset) => {
    const name = nameOf(dataset);
    return [`[${name}](#${name})`, code(`hive.discogs.${dataset.table}`), dataset.about];
  });
  return markdownTable([["dataset", "table", "what it holds"], ...rows]);
}

/** The key of a dataset and its references, a line each. */
function keyAndReferences({ key, references = [] }: TableDeclaration): string[] {
  const lines = references.map(({ columns, to, severity }) => {
    const columnsTo = to.columns.map((column) => `${to.table}.${column}`);
    return `- ${codes(columns)} is in ${codes(columnsTo)}: ${ORPHANS[severity]}.`;
  });
  if (key !== undefined) {
    lines.unshift(`- Key: ${codes(key.columns)}${key.hard ? "" : "; duplicates are counted"}.`);
  }
  return lines;
}

const codes = (names: readonly string[]) => names.map(code).join(", ");

/** What is done about references that lead to nothing. */
const ORPHANS: Readonly<Record<Severity, string>> = {
  CRITICAL: "an orphan fails the run",
  WARN: "orphans are a warning",
  INFO: "orphans are counted",
};

function extractedSection(dataset: ExtractedDataset): string[] {
  const { entity, partRows, columns } = dataset;
  const files = `From ${code(`<${entity}>`)} records, parts of ${partRows} rows.`;
  const rows = columns.map((column, index) => [...facts(dataset, column), placeOf(dataset, index)]);
  return [
    ...heading(dataset, `${dataset.about} ${files}`),
    ...markdownTable([["column", "type", "", "what it holds", "from the dump"], ...rows]),
    ...listed([...keyAndReferences(dataset), ...dataset.missing.map((rule) => `- ${missingWords(rule)}`)]),
  ];
}

/** A list behind a table; nothing where it has no lines. */
const listed = (lines: readonly string[]) => (lines.length === 0 ? [] : ["", ...lines]);

/** Where a column stands, for each list of items that makes rows. */
function placeOf({ entity, rows }: ExtractedDataset, column: number): string {
  const words = rows.map(({ each, sources }) => {
    const item = each === "." ? entity : `${entity}/${each}`;
    const source = sources[column];
    const value = source === undefined ? "" : sourceWords(source, entity, item);
    return rows.length === 1 ? value : `of ${code(item)}: ${value}`;
  });
  return words.join("; ");
}

function missingWords({ column, reason, action }: MissingRule): string {
  const what = { drop: "dropped", skip: "not made", keep: "kept" }[action];
  return `A row without ${code(column)} is ${what}, and counted as ${code(reason)}.`;
}

function collectionSection(dataset: CollectionDataset): string[] {
  const rows = dataset.columns.map((column) => [...facts(dataset, column), jsonSourceWords(column.source)]);
  const counted = dataset.counted.map((column) => code(column)).join(" and ");
  return [
    ...heading(dataset, `${dataset.about} Rows without ${counted} are kept, and counted.`),
    ...markdownTable([["column", "type", "", "what it holds", "from the item"], ...rows]),
  ];
}

function warehouseSection(dataset: WarehouseDataset): string[] {
  const sql = `[SQL](../sql/warehouse/${nameOf(dataset)}.sql)`;
  const reads = dataset.reads.map((input) => `[${nameOf(input)}](#${nameOf(input)})`).join(", ");
  return [
    ...heading(dataset, `${dataset.about} ${dataset.rule} It reads ${reads}: ${sql}.`),
    ...markdownTable([
      ["column", "type", "", "what it holds"],
      ...dataset.columns.map((column) => facts(dataset, column)),
    ]),
    ...listed(keyAndReferences(dataset)),
  ];
}

function viewsSection(views: readonly View[]): string[] {
  const rows = views.map(({ name, about }) => [`[${name}](../sql/views/${name}.sql)`, about]);
  return [
    "## Views",
    "",
    "In `hive.discogs` and in the schema of each registered run.",
    "",
    ...markdownTable([["view", "what it shows"], ...rows]),
  ];
}

function heading(dataset: TableDeclaration, text: string): string[] {
  const { directory, table, derived = [] } = dataset;
  const short = code(shortName(dataset));
  const places = `Directory ${code(directory)}, table ${code(table)}; in \`discogs.duckdb\` ${short}`;
  const further = derived.map(({ name, about }) => `${code(name)}: ${about}`);
  const columns = further.length === 0 ? "." : `, with more columns. ${further.join(" ")}`;
  return [`### ${nameOf(dataset)}`, "", `${text}\n${places}${columns}`, ""];
}

function facts(
  dataset: TableDeclaration,
  { name, type, mandatory, added, expected, about }: DescribedColumn,
): string[] {
  const notes = [
    mandatory === true ? "mandatory" : "",
    dataset.key?.columns.includes(name) === true ? "key" : "",
    added === true ? "added" : "",
    expected === true ? "expected" : "",
  ];
  return [name, trinoType(type), notes.filter((note) => note !== "").join(", "), about];
}

/** The dataset's own name, without the warehouse's folder. */
function nameOf({ directory }: TableDeclaration): string {
  return directory.slice(directory.lastIndexOf("/") + 1);
}
