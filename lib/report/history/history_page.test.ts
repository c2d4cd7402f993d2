import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE, syntheticHistory } from "../testing/months.ts";
import { historyPage } from "./history_page.ts";

const MADE = new Date("2026-01-02T03:04:05Z");
const pageOf = (...args: Parameters<typeof syntheticHistory>) => historyPage(syntheticHistory(...args), MADE);
const sectionsOf = (page: string) => [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);

test("a lake of many months has every section", () => {
  assert.deepEqual(sectionsOf(pageOf(24)), [
    "growth",
    "changes",
    "coverage",
    "top",
    "releases",
    "kpis",
    "filled",
    "anomalies",
    "runs",
    "times",
  ]);
});

test("the changes of a month are those since the latest run that it was compared with", () => {
  const data = syntheticHistory(3);
  const [first, , last] = data.runs.map(({ runId }) => runId);
  const early = data.changes.map((each) => ({ ...each, fromRun: first ?? "", added: 7 }));
  const page = historyPage({ ...data, changes: [...early, ...data.changes] }, MADE);
  assert.equal(page, historyPage(data, MADE));
  assert.match(page, /2021-03<\/t[dh]><td[^>]*>2021-02<\/td><td[^>]*>71,235<\/td>/);
  const back = data.changes.map((each) => ({ ...each, fromRun: last ?? "", toRun: first ?? "" }));
  assert.doesNotMatch(historyPage({ ...data, changes: back }, MADE), /Changes by month/, "from a later run");
});

test("the changes of a month uploaded twice are those since the month before, and its run that is shown", () => {
  const data = syntheticHistory(3);
  const [first, second, third] = data.runs;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const again = { ...second, runId: `${second.runId.slice(0, -1)}1` };
  const runs = [first, second, again, third];
  const between = (fromRun: string, toRun: string, added: number) => ({
    fromRun,
    toRun,
    entity: "release",
    added,
    removed: 0,
    changed: 0,
  });
  const changes = [
    between(first.runId, again.runId, 1001),
    between(second.runId, again.runId, 1002),
    between(second.runId, third.runId, 1003),
    between(again.runId, third.runId, 1004),
  ];
  const added = (months: typeof runs, compared = changes) =>
    [
      ...historyPage({ ...data, runs, months, changes: compared }, MADE).matchAll(/<td[^>]*>(1,00\d)<\/td>/g),
    ].map(([, count]) => count);
  assert.deepEqual(added([first, again, third]), ["1,001", "1,004"]);
  assert.deepEqual(added([first, second, third]), ["1,003"]);
  assert.deepEqual(
    added([first, again, third], changes.slice(0, 3)),
    ["1,001", "1,003"],
    "with another run of it",
  );
});

test("a single month has no growth and no changes of places", () => {
  const page = pageOf(1);
  assert.deepEqual(sectionsOf(page), [
    "coverage",
    "top",
    "releases",
    "kpis",
    "filled",
    "anomalies",
    "runs",
    "times",
  ]);
  assert.doesNotMatch(page, /places by month|Change in rows/);
});

test("an empty lake names the command that makes a run", () => {
  const page = pageOf(0);
  assert.deepEqual(sectionsOf(page), ["runs"]);
  assert.match(page, /no finished runs yet/);
  assert.match(page, /bin\/digdag run main\.dig/);
  assert.doesNotMatch(page, /<svg/);
});

test("names the command for a month without KPIs, and shows its rows", () => {
  const page = pageOf(2, { withoutKpis: 1 });
  assert.match(
    page,
    /No KPIs recorded yet for 2021-02__20210215_120000: run <code>bin\/digdag run history_pipeline\.dig/,
  );
  assert.match(page, /<dt>Releases<\/dt><dd><span class="value">14,071,234<\/span>/);
});

test("the same data and time yield the same page, and another time changes one line", () => {
  const page = pageOf(3);
  assert.equal(pageOf(3), page);
  const later = historyPage(syntheticHistory(3), new Date("2026-01-02T03:05:05Z"));
  assert.equal(later.replace("Generated 2026-01-02 03:05 UTC", "Generated 2026-01-02 03:04 UTC"), page);
});

test("data is rendered as text everywhere", () => {
  const data = syntheticHistory(3, { label: HOSTILE });
  const runs = data.runs.map((run) => ({
    ...run,
    isActive: false,
    state: { status: HOSTILE, details: HOSTILE },
    ...(run.facts === undefined ? {} : { facts: { ...run.facts, notOk: [HOSTILE], mode: HOSTILE } }),
  }));
  const ignored = [{ name: HOSTILE, reason: HOSTILE }];
  const page = historyPage({ ...data, lake: HOSTILE, runs, months: runs, ignored }, MADE);
  assert.equal(page.match(/<script/g)?.length, 1, "the page's own");
  assert.doesNotMatch(page, /<img|<\/text><\/svg><|onerror=alert\(1\)>/);
  assert.ok(page.split("&lt;script&gt;document.title=&#39;taken&#39;&lt;/script&gt;").length > 8);
});

test("a page is self-contained", () => {
  const page = pageOf(13);
  assert.doesNotMatch(page, /\bsrc=|href="(?!#)|url\((?!#)|@import|https?:\/\//);
  assert.match(page, /Content-Security-Policy" content="default-src &#39;none&#39;/);
});

test("has no NaN or undefined values and no duplicate ids", () => {
  for (const months of [0, 1, 2, 60]) {
    const page = pageOf(months);
    const shown = page.replace(/<script>.*<\/script>/s, "");
    assert.deepEqual(shown.match(/NaN|undefined|Infinity|\[object/g) ?? [], []);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  }
});

test("marks a count above what the drift gate accepts, but not one below", () => {
  const page = pageOf(12);
  assert.match(page, /<h3>releases_v6\.<wbr>null_release_id<\/h3><p>above the band in 2021-12<\/p>/);
  assert.match(page, /<h3>releases_v6\.<wbr>master_id\.<wbr>orphans<\/h3><p>within the band<\/p>/);
});

test("gives at most as many series a colour as the style has", () => {
  const page = pageOf(5);
  const used = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
  const defined = new Set([...page.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  assert.deepEqual(
    [...used].filter((name) => !defined.has(name)),
    [],
  );
  assert.doesNotMatch(page, /#0001(?:0[a-f]|1[0-5])/, "leaves no placeholder colours");
});
