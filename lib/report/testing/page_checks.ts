import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";

/** A view of a page. */
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

/** An open page, and what it should not have done. */
export interface OpenedPage {
  page: Page;
  /** Console messages, script errors, and requests except for the file itself. */
  complaints: string[];
}

/** Opens a file from disk and passes the page to `use`. */
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

/** Serious and critical findings of axe-core, one line each. Fails if it examined nothing. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Not as an element of the page, which its policy would refuse.
  await page.evaluate(axe);
  const { violations, passes }: AxeResults = await page.evaluate(
    `axe.run({ resultTypes: ["violations"], iframes: false })`,
  );
  if (passes.length < 10) throw new Error(`axe-core applied ${passes.length} rules only`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** The horizontal overflow of the page in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Overlapping texts of a chart, e.g. labels of an axis. */
export function overlappingTexts(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
    const texts = [...svg.querySelectorAll("text")].map((each) => [each.textContent, each.getBoundingClientRect()]);
    return texts.flatMap(([text, a], index) => texts.slice(index + 1)
      .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
      .map(([other]) => svg.getAttribute("aria-label") + ": " + text + " over " + other));
  })`);
}

/** Texts of a chart that are clipped at its edge. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) => {
    const { left, right } = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")]
      .filter((each) => { const box = each.getBoundingClientRect(); return box.left < left - 1 || box.right > right + 1; })
      .map((each) => svg.getAttribute("aria-label") + ": " + each.textContent);
  })`);
}

/** Opens everything shown on demand. */
export async function openAll(page: Page): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
}
