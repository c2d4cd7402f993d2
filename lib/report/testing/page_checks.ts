import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";

/** How a page is looked at. */
export interface View {
  width: number;
  colorScheme: "light" | "dark";
}

/** Width of a desktop window in CSS pixels. */
export const DESKTOP = 1280;
/** Width of a phone in CSS pixels. */
export const PHONE = 390;
/** The widths and colour schemes in which pages are checked. */
export const VIEWS: readonly View[] = [
  { width: DESKTOP, colorScheme: "light" },
  { width: DESKTOP, colorScheme: "dark" },
  { width: PHONE, colorScheme: "light" },
  { width: PHONE, colorScheme: "dark" },
];

/** A page that is open, and what it should not have done. */
export interface OpenedPage {
  page: Page;
  /** Messages in the console, errors of scripts, and requests, but for that of the file itself. */
  complaints: string[];
}

/** Opens a file as from disk, and hands it to `use`. */
export async function withPage<T>(
  browser: Browser,
  path: string,
  { width, colorScheme }: View,
  use: (opened: OpenedPage) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  try {
    const page = await context.newPage();
    const url = pathToFileURL(path).href;
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== url) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return await use({ page, complaints });
  } finally {
    await context.close();
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds that is serious or critical, one line each. Fails where it looked at nothing. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Not as an element of the page, whose policy would refuse it.
  await page.evaluate(axe);
  const { violations, passes }: AxeResults = await page.evaluate(
    `axe.run({ resultTypes: ["violations"], iframes: false })`,
  );
  if (passes.length < 10) throw new Error(`axe-core applied ${passes.length} rules only`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Texts of a chart that lie over one another, e.g. labels of an axis. */
export function overlappingTexts(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
    const texts = [...svg.querySelectorAll("text")].map((each) => [each.textContent, each.getBoundingClientRect()]);
    return texts.flatMap(([text, a], index) => texts.slice(index + 1)
      .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
      .map(([other]) => svg.getAttribute("aria-label") + ": " + text + " over " + other));
  })`);
}

/** Texts of a chart that are cut off at its edge. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
    const { left, right } = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")]
      .filter((each) => { const box = each.getBoundingClientRect(); return box.left < left - 1 || box.right > right + 1; })
      .map((each) => svg.getAttribute("aria-label") + ": " + each.textContent);
  })`);
}

/** Opens everything that is shown on request. */
export async function openAll(page: Page): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
}
