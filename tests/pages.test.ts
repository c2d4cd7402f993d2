import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { inRun, lakePaths, sealedDir } from "../lib/files/paths.ts";
import { makeLake, makeOriginalRun, makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { promote } from "../lib/promotion/promote.ts";
import { rollback } from "../lib/promotion/rollback.ts";
import { historyPage } from "../lib/report/history/history_page.ts";
import { startBrowser } from "../lib/report/testing/browser.ts";
import { HOSTILE, syntheticHistory } from "../lib/report/testing/months.ts";
import {
  accessibilityProblems,
  cutTexts,
  DESKTOP,
  openAll,
  overflow,
  overlappingTexts,
  PHONE,
  VIEWS,
  type View,
  withPage,
} from "../lib/report/testing/page_checks.ts";
import { allowRemoval } from "../lib/testing/run_fixture.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main as buildReport } from "../scripts/build_report.ts";
import { main as computeKpis } from "../scripts/compute_kpis.ts";
import { main as computeKpisV2 } from "../scripts/compute_kpis_v2.ts";
import { main as computeKpisV3 } from "../scripts/compute_kpis_v3.ts";
import { main as reconcile } from "../scripts/reconcile_register.ts";
import { main as register } from "../scripts/register_run_schema.ts";
import { FEBRUARY, JANUARY, MARCH, monthTables } from "./history/months.ts";

// Tests the pages in a real Chromium: of a lake with a history, and of larger and smaller invented ones.

const lake = makeLake();
const MADE = new Date("2026-01-02T03:04:05Z");
/** Uses the embedded engine: the pages do not depend on the engine. */
const ENV = { TRINO_URL: "" };
const february = monthTables[FEBRUARY] ?? {};
const hostile = {
  ...february,
  labels_v10: [{ label_id: 5, name: HOSTILE, profile: HOSTILE }],
  release_label_xref_v1: [
    { release_id: 100, label_name: HOSTILE, label_norm: HOSTILE.toLowerCase(), label_catno: HOSTILE },
  ],
};

let browser: Browser;
/** Paths of pages by description. */
const pages = new Map<string, string>();

async function ok(...[main, ...args]: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(main, ...args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

const run = (main: Parameters<typeof runMain>[0], ...args: string[]) =>
  runMain(main, ["--lake", lake, ...args], ENV);

async function makeHistory(): Promise<void> {
  await makeSealedRun(lake, JANUARY, { tables: monthTables[JANUARY] ?? {} });
  await makeSealedRun(lake, FEBRUARY, { tables: hostile });
  await makeSealedRun(lake, MARCH, { tables: monthTables[MARCH] ?? {} });
  await promote(lake, JANUARY);
  await promote(lake, FEBRUARY);
  await rollback(lake);
  await promote(lake, MARCH);
  await rollback(lake, { to: FEBRUARY });
  await ok(register, "--missing");
  await ok(reconcile);
  for (const compute of [computeKpis, computeKpisV2, computeKpisV3])
    await ok(compute, "--include-active=true");
}

before(async () => {
  browser = await startBrowser();
  await makeHistory();
  const [ofRun = "", ofAll = ""] = (await ok(buildReport, "--active")).trim().split("\n");
  pages.set("of a run", ofRun).set("of all months", ofAll);
  for (const months of [0, 1, 60]) {
    const path = join(lake, `${months}.html`);
    writeFileSync(path, historyPage(syntheticHistory(months), MADE));
    pages.set(`of ${months} invented months`, path);
  }
});
after(async () => {
  await browser?.close();
  allowRemoval(lake);
  rmSync(lake, { recursive: true });
});

/** Both widths and both colour schemes. */
const TWO_VIEWS: readonly View[] = [
  { width: DESKTOP, colorScheme: "dark" },
  { width: PHONE, colorScheme: "light" },
];

/** Runs a test on each page in each view. */
async function inViews(
  views: readonly View[],
  use: (...args: [...Parameters<Parameters<typeof withPage<void>>[3]>, what: string]) => Promise<void>,
): Promise<void> {
  assert.equal(pages.size, 5);
  for (const [name, path] of pages) {
    for (const view of views) {
      const what = `page ${name}, ${view.width} px, ${view.colorScheme}`;
      await withPage(browser, path, view, (opened) => use(opened, what));
    }
  }
}

describe("a page in Chromium", () => {
  test("loads nothing, logs nothing to the console, and fits its window", async () => {
    await inViews(VIEWS, async ({ page, complaints }, what) => {
      assert.equal(await overflow(page), 0, what);
      await openAll(page);
      assert.equal(await overflow(page), 0, `${what}, everything open`);
      assert.deepEqual(complaints, [], what);
    });
  });

  test("has no serious axe-core findings, even with everything open", async () => {
    await inViews(TWO_VIEWS, async ({ page }, what) => {
      // It examines every table cell, and sixty months have thousands.
      if (!what.includes("60 invented")) await openAll(page);
      assert.deepEqual(await accessibilityProblems(page), [], what);
    });
  });

  test("has charts with complete and separate texts", async () => {
    await inViews(TWO_VIEWS, async ({ page }, what) => {
      await openAll(page);
      assert.deepEqual(await overlappingTexts(page), [], what);
      assert.deepEqual(await cutTexts(page), [], what);
    });
  });

  test("is light or dark like the reader's system", async () => {
    const background = async (colorScheme: View["colorScheme"]) =>
      withPage(browser, pageOf("of all months"), { width: DESKTOP, colorScheme }, ({ page }) =>
        page.evaluate<string>("getComputedStyle(document.body).backgroundColor"),
      );
    assert.equal(await background("light"), "rgb(255, 255, 255)");
    assert.equal(await background("dark"), "rgb(20, 23, 27)");
  });

  test("shows the values of a chart on hover, as text", async () => {
    await withPage(
      browser,
      pageOf("of all months"),
      { width: DESKTOP, colorScheme: "light" },
      async ({ page }) => {
        const shown = async (selector: string) => {
          await page.locator(selector).first().hover();
          return page.locator("#tip").innerText();
        };
        assert.equal(await shown("#growth .hit"), "2026-01\n2");
        assert.match(await shown("#top .hit"), /^"'><\/title>.*<script>.*\n1 releases, 25 %$/);
        assert.equal(await page.locator("#tip img").count(), 0);
      },
    );
  });

  test("prints without its navigation and fits the paper", async () => {
    for (const name of ["of all months", "of a run"]) {
      await withPage(browser, pageOf(name), { width: 794, colorScheme: "dark" }, async ({ page }) => {
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("nav").isVisible(), false);
        assert.equal(
          await page.evaluate("getComputedStyle(document.body).backgroundColor"),
          "rgb(255, 255, 255)",
        );
        assert.ok((await page.pdf({ format: "A4" })).length > 10_000, name);
      });
    }
  });
});

const pageOf = (name: string) => pages.get(name) ?? "";

test("a hostile name from the lake is text on both pages and runs nothing", async () => {
  for (const name of ["of all months", "of a run"]) {
    await withPage(browser, pageOf(name), { width: PHONE, colorScheme: "light" }, async ({ page }) => {
      await openAll(page);
      assert.notEqual(await page.title(), "taken", name);
      assert.equal(await page.locator("img").count(), 0, name);
      assert.ok((await page.locator("main").innerText()).includes(HOSTILE.slice(0, 40)), name);
    });
  }
});

test("the page of all months shows the recorded history, promotions and rollbacks", async () => {
  await withPage(
    browser,
    pageOf("of all months"),
    { width: DESKTOP, colorScheme: "light" },
    async ({ page }) => {
      const cells = async (label: string, row: number) => {
        const texts = await page
          .locator(`[aria-label="${label}"] tbody tr`)
          .nth(row)
          .locator("th, td")
          .allInnerTexts();
        return texts.map((text) => text.trim());
      };
      await openAll(page);
      assert.deepEqual(await cells("Releases", 1), ["2026-02", "4", "+100.0 %"]);
      assert.deepEqual((await cells("Releases with …", 1)).slice(0, 2), ["2026-02", "50 %"]);
      assert.deepEqual((await cells("Runs", 1)).slice(0, 3), [FEBRUARY, "active", "yes"]);
      assert.deepEqual((await cells("Promotions and rollbacks", 0)).slice(1), ["rollback", FEBRUARY, MARCH]);
      assert.equal(await page.locator('[aria-label="Promotions and rollbacks"] tbody tr').count(), 5);
      assert.match(await page.locator(".tiles").innerText(), /Releases\s+4\s+\+100\.0 % since 2026-01/);
    },
  );
});

test("each page of a run is a new file in its reports and changes nothing else", async () => {
  const reports = inRun.reports(sealedDir(lake, FEBRUARY));
  const contents = () =>
    new Map(readdirSync(reports).map((name) => [name, readFileSync(join(reports, name), "utf8")]));
  const before = contents();
  await ok(buildReport, "--active");
  const later = contents();
  for (const [name, text] of before) assert.equal(later.get(name), text, name);
  const added = [...later.keys()].filter((name) => !before.has(name));
  assert.equal(added.length, 1);
  assert.match(added[0] ?? "", /^index_\d{8}_\d{6}_\d{3}\.html$/);
});

test("the page of a run shows the contents of its datasets", async () => {
  await withPage(browser, pageOf("of a run"), { width: DESKTOP, colorScheme: "light" }, async ({ page }) => {
    const first = page.locator('[aria-label="First rows of releases_v6"] tbody tr');
    assert.equal(await first.count(), 4);
    assert.equal(await first.nth(0).locator("th").innerText(), "100");
    const overview = page.locator('[aria-label="Datasets"] tbody tr').filter({ hasText: "releases_ref_v6" });
    assert.equal(await overview.locator("td").nth(2).innerText(), "4");
    await openAll(page);
    assert.match(await page.locator("#checks").innerText(), /artists_v1\.rows\s+CRITICAL\s+2\s+ok/);
  });
});

test("a phone shows the description of a column below its name, as wide as the window", async () => {
  await withPage(browser, pageOf("of a run"), { width: PHONE, colorScheme: "light" }, async ({ page }) => {
    const table = page.locator('[aria-label="Columns of releases_v6"]');
    const row = table.locator("tbody tr").first();
    const boxOf = async (cell: string) => (await row.locator(cell).boundingBox()) ?? assert.fail(cell);
    const [name, description] = [await boxOf("th"), await boxOf("td:last-child")];
    assert.equal(description.x, name.x);
    assert.ok(description.y >= name.y + name.height);
    assert.ok(description.width > PHONE * 0.9);
    assert.ok(description.x + description.width <= PHONE);
  });
});

test("a lake without history or active run has a page; a run's page without a run is refused", async () => {
  const other = makeLake();
  try {
    const { code, stdout } = await runMain(buildReport, ["--lake", other], ENV);
    assert.equal(code, 0);
    assert.equal(stdout.trim(), join(lakePaths(other).historyReports, "history.html"));
    assert.match(readFileSync(stdout.trim(), "utf8"), /no finished runs yet/);
    const refused = await runMain(buildReport, ["--lake", other, "--active"], ENV);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /active does not exist: promote a run first/);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("a run of the Python original has a page, without what only a manifest tells", async () => {
  const other = makeLake();
  try {
    await makeOriginalRun(other, JANUARY);
    await promote(other, JANUARY, { allowUnsealed: true });
    const { code, stdout, stderr } = await runMain(buildReport, ["--lake", other, "--active"], ENV);
    assert.equal(code, 0, stderr);
    const [ofRun = "", ofAll = ""] = stdout.trim().split("\n");
    assert.match(readFileSync(ofRun, "utf8"), /A run of the Python original, without a manifest/);
    assert.match(readFileSync(ofAll, "utf8"), /not recorded yet|active/);
  } finally {
    allowRemoval(other);
    rmSync(other, { recursive: true });
  }
});
