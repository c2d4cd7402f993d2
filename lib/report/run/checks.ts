import { countText } from "../../cli/amounts.ts";
import type { CheckReport, ReportedCheck } from "../data/run_checks.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { badge, details, note, type Table, table } from "../page/parts.ts";

/** Of reports with more checks than this, only those not ok are shown at first. */
const MOST_SHOWN = 60;

/** The results of the run's checks. */
export function checksSection(reports: readonly CheckReport[]): Section {
  return {
    id: "checks",
    title: "Checks",
    about:
      "The newest report of each kind in the run's _reports/. A failed CRITICAL check stops a run; a WARN is worth a look.",
    body: reports.length === 0 ? note("The run has no reports.") : html`${reports.map(reportHtml)}`,
  };
}

function reportHtml({ title, file, checks }: CheckReport): Html {
  const notOk = checks.filter(({ ok }) => !ok);
  const outcome = notOk.length === 0 ? "all ok" : `${countText(notOk.length)} not ok`;
  const isShort = checks.length <= MOST_SHOWN;
  return html`<h3 class="sub">${title}</h3>
<p class="note"><span class="id">${file}</span>: ${countText(checks.length)} checks, ${outcome}</p>
${!isShort && notOk.length > 0 && table(checkTable(`${title}: checks that are not ok`, notOk))}
${isShort ? table(checkTable(title, checks)) : details(`All ${countText(checks.length)} checks`, table(checkTable(title, checks)))}
`;
}

function checkTable(label: string, checks: readonly ReportedCheck[]): Table {
  return {
    label,
    columns: [
      "Check",
      "Severity",
      { name: "Value", kind: "number" },
      "Result",
      { name: "Details", kind: "text" },
    ],
    rows: checks.map(({ name, severity, ok, value, details: found }) => [
      name,
      severity,
      value,
      ok
        ? "ok"
        : badge(severity === "CRITICAL" ? "failed" : "warning", severity === "CRITICAL" ? "bad" : "warn"),
      found,
    ]),
  };
}
