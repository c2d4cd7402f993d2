import { findingsOf } from "../../checks/findings.ts";
import { counted, countText } from "../../cli/amounts.ts";
import type { CheckReport, ReportedCheck } from "../data/run_checks.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { badge, details, note, table } from "../page/parts.ts";

/** The results of the run's checks: what they found, each once, and every check of every report. */
export function checksSection(reports: readonly CheckReport[]): Section {
  return {
    id: "checks",
    title: "Checks",
    about:
      "The newest report of each kind in the run's _reports/ when this page was generated; later ones are next to it. A failed CRITICAL check stops a run; a WARN is worth a look.",
    body:
      reports.length === 0
        ? note("The run has no reports.")
        : html`${findingsHtml(reports)}${reports.map(reportHtml)}`,
  };
}

/** The checks that are not ok; those that found the same share a row, with the value and details of the first. */
function findingsHtml(reports: readonly CheckReport[]): Html {
  const notOk = reports.flatMap(({ checks }) => checks).filter(({ ok }) => !ok);
  if (notOk.length === 0) return note("All checks are ok.");
  const byText = new Map([...notOk].reverse().map((check) => [`${check.severity} ${check.name}`, check]));
  const rows = findingsOf(notOk.map(({ severity, name }) => `${severity} ${name}`)).flatMap((texts) => {
    const [first, ...others] = texts.flatMap((text) => byText.get(text) ?? []);
    if (first === undefined) return [];
    const names = [first, ...others].map(({ name }) => html`${name}<br>`);
    return [[html`${names}`, ...outcomeOf(first)]];
  });
  return table({ label: "Checks that are not ok", columns: COLUMNS, rows });
}

function reportHtml({ title, file, checks }: CheckReport): Html {
  const notOk = checks.filter(({ ok }) => !ok);
  const outcome = notOk.length === 0 ? "all ok" : `${countText(notOk.length)} not ok`;
  return html`<h3 class="sub">${title}</h3>
<p class="note"><span class="id">${file}</span>: ${counted(checks.length, "check")}, ${outcome}</p>
${details(
  `All ${counted(checks.length, "check")}`,
  table({
    label: title,
    columns: COLUMNS,
    rows: checks.map((check) => [check.name, ...outcomeOf(check)]),
  }),
)}
`;
}

const COLUMNS = [
  "Check",
  "Severity",
  { name: "Value", kind: "number" },
  "Result",
  { name: "Details", kind: "text" },
] as const;

function outcomeOf({ severity, ok, value, details: found }: ReportedCheck) {
  return [severity, value, ok ? "ok" : failureBadge(severity), found] as const;
}

function failureBadge(severity: string): Html {
  return severity === "CRITICAL" ? badge("failed", "bad") : badge("warning", "warn");
}
