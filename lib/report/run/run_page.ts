import { bytesText, countText } from "../../cli/amounts.ts";
import { datasetName } from "../../datasets/dataset_name.ts";
import { datasetBytes, type Manifest } from "../../lake/manifest.ts";
import { time } from "../format.ts";
import { documentText } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { table, tiles } from "../page/parts.ts";
import { checksSection } from "./checks.ts";
import { contentsSection } from "./contents.ts";
import { anchorOf, type RunPageData, rowsOf } from "./run_data.ts";

/** The page of one run: datasets with columns and first rows, sources and checks. */
export function runPage(data: RunPageData, made: Date): string {
  const { runId, manifest } = data;
  return documentText({
    title: `Run ${runId}`,
    about: [aboutLine(data), html`Generated ${time(made)}`],
    summary: tiles(summaryTiles(data)),
    sections: [
      { id: "datasets", title: "Datasets", body: overview(data) },
      contentsSection(data),
      checksSection(data.reports),
      ...(manifest === undefined ? [] : [{ id: "sources", title: "Sources", body: sources(manifest) }]),
    ],
    footer: html`Generated from the run's manifest, reports and files.`,
  });
}

function aboutLine({ manifest }: RunPageData): Html {
  if (manifest === undefined) return html`A run of the Python original, without a manifest`;
  const { dump_date, run_mode, ended, code_version, git_sha } = manifest;
  const code = git_sha === null ? code_version : `${code_version}, commit ${git_sha.slice(0, 12)}`;
  return html`Dump of ${dump_date}, mode ${run_mode}, sealed ${time(new Date(ended))}, code ${code}`;
}

function summaryTiles(data: RunPageData) {
  const { manifest, tables, reports } = data;
  const checks = reports.flatMap((report) => report.checks);
  const critical = checks.filter(({ ok, severity }) => !ok && severity === "CRITICAL").length;
  const size = manifest && datasetBytes(manifest);
  return [
    { name: "Dump month", value: data.runId.slice(0, "YYYY-MM".length) },
    { name: "Datasets", value: countText(tables.length) },
    { name: "Rows", value: countText(tables.reduce((sum, each) => sum + (rowsOf(data, each) ?? 0), 0)) },
    { name: "Size", value: size === undefined ? undefined : bytesText(size) },
    {
      name: "Checks",
      value: countText(checks.length),
      more: critical === 0 ? "no CRITICAL check failed" : `${critical} CRITICAL failed`,
    },
  ];
}

function overview(data: RunPageData): Html {
  const number = (name: string) => ({ name, kind: "number" as const });
  return table({
    label: "Datasets",
    columns: ["Directory", "Table", "Kind", number("Rows"), number("Files"), number("Size")],
    rows: data.tables.map((declaration) => {
      const entry = data.manifest?.datasets[datasetName(declaration.directory)];
      const rows = rowsOf(data, declaration);
      return [
        html`<a href="#${anchorOf(declaration)}">${declaration.directory}</a>`,
        html`<span class="id">${declaration.table}</span>`,
        declaration.kind,
        rows === undefined ? undefined : countText(rows),
        entry && countText(entry.parts),
        entry && bytesText(entry.bytes),
      ];
    }),
  });
}

function sources({ sources: files }: Manifest): Html {
  return table({
    label: "Files that the run was made from",
    columns: ["File", { name: "Size", kind: "number" }, "sha256"],
    rows: files.map(({ name, size, sha256 }) => [
      name,
      bytesText(size),
      html`<span class="id">${sha256}</span>`,
    ]),
  });
}
