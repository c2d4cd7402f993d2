import { findingsOf } from "../../checks/findings.ts";
import { bytesText, counted, countText } from "../../cli/amounts.ts";
import type { HistoryData, ReportRun } from "../data/history.ts";
import { time } from "../format.ts";
import type { Section } from "../page/document.ts";
import { type Html, html } from "../page/html.ts";
import { badge, details, note, table } from "../page/parts.ts";

/** Number of latest promotions and rollbacks shown. */
const SWITCHES = 40;

/** Every run with its state, and the switches of `active`. */
export function runsSection(data: HistoryData): Section {
  return {
    id: "runs",
    title: "Runs",
    about:
      data.runs.length === 0
        ? "There are no finished runs yet. Make one with bin/digdag run main.dig."
        : "All finished runs, newest first. The charts show one run per month: the active one, otherwise the one promoted last, otherwise the latest.",
    body: html`${data.runs.length > 0 && runTable(data)}
${data.ignored.length > 0 && ignoredNote(data)}
${data.switches.length > 0 && switchTable(data)}`,
  };
}

function runTable({ runs, months }: HistoryData): Html {
  const number = (name: string) => ({ name, kind: "number" as const });
  return table({
    label: "Runs",
    columns: [
      "Run",
      "State",
      "In charts",
      "Mode",
      "Sealed",
      number("Rows"),
      number("Size"),
      "Checks",
      number("Activations"),
    ],
    rows: [...runs]
      .reverse()
      .map((run) => [
        html`<span class="id">${run.runId}</span>`,
        stateHtml(run),
        months.includes(run) ? "yes" : "",
        run.facts?.mode,
        run.facts && time(run.facts.sealed),
        run.facts && countText(sum(run, "rows")),
        run.facts && bytesText(sum(run, "bytes")),
        checksHtml(run),
        countText(run.activations),
      ]),
  });
}

/** The totals of a run's datasets. */
function sum({ facts }: ReportRun, what: "rows" | "bytes"): number {
  return [...(facts?.datasets.values() ?? [])].reduce((total, dataset) => total + dataset[what], 0);
}

function stateHtml({ isActive, state }: ReportRun): Html {
  if (isActive) return badge("active", "good");
  if (state === undefined) return html`not recorded yet`;
  if (state.status === "ok" || state.status === "skipped_active") return html`ok`;
  if (state.status === "archived" || state.status === "missing") return html`${state.status}`;
  return html`${badge(state.status, "bad")} ${state.details}`;
}

function checksHtml({ facts }: ReportRun): Html | undefined {
  if (facts === undefined) return undefined;
  const { checks, notOk } = facts;
  const ok = `${countText(checks - notOk.length)} ok`;
  if (notOk.length === 0) return html`${ok}`;
  const findings = findingsOf(notOk).map(findingHtml);
  return html`${ok}, <span class="warn">${details(`${notOk.length} not ok`, html`${findings}`)}</span>`;
}

/** A finding by the first check that reported it. */
function findingHtml([name, ...others]: readonly string[]): Html {
  const also = others.length === 0 ? "" : ` (reported by ${others.length + 1} checks)`;
  return html`${name}${also}<br>`;
}

function ignoredNote({ ignored }: HistoryData): Html {
  const names = ignored.map(({ name, reason }) => `${name} (${reason})`);
  return note(`Ignored in _runs/: ${names.join(", ")}.`);
}

function switchTable({ switches }: HistoryData): Html {
  const shown = [...switches].reverse().slice(0, SWITCHES);
  const rest = switches.length - shown.length;
  return html`<h3 class="sub">Promotions and rollbacks</h3>
${table({
  label: "Promotions and rollbacks",
  columns: ["Time", "Action", "Run", "Active before"],
  rows: shown.map(({ time: at, action, run_id, previous }) => [
    time(new Date(at)),
    action === "promote" ? "promotion" : badge("rollback", "warn"),
    html`<span class="id">${run_id}</span>`,
    previous === null ? "none" : html`<span class="id">${previous}</span>`,
  ]),
})}
${rest > 0 && note(`${counted(rest, "earlier one")} in _meta/promotions.jsonl.`)}`;
}
