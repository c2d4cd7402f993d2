import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Html, html, trusted } from "./html.ts";

/** A section of a page, linked in the navigation. */
export interface Section {
  /** Unique in the page; the anchor of its link. */
  id: string;
  title: string;
  /** Shorter, for the navigation. */
  short?: string;
  about?: string;
  body: Html;
}

/** The parts of an HTML page. */
export interface Page {
  title: string;
  /** Lines below the title. */
  about: readonly Html[];
  /** Shown above the sections. */
  summary: Html;
  sections: readonly Section[];
  footer: Html;
}

const read = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");

/**
 * Renders a self-contained page with its styles, drawings and script; its content security policy makes the browser refuse to
 * load or run anything else.
 */
export function documentText(page: Page): string {
  const style = read("page.css");
  const script = read("tip.js");
  const scriptHash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`;
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<style>
${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="page wide">
<h1>${page.title}</h1>
${page.about.map((line) => html`<p>${line}</p>\n`)}</header>
<nav aria-label="Sections"><ul class="wide">
${page.sections.map(({ id, title, short }) => html`<li><a href="#${id}">${short ?? title}</a></li>\n`)}</ul></nav>
<main id="main" class="wide">
${page.summary}
${page.sections.map(sectionHtml)}</main>
<footer class="wide"><p>${page.footer}</p></footer>
<script>${trusted(script)}</script>
</body>
</html>
`.text
  }`;
}

function sectionHtml({ id, title, about, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${about !== undefined && html`<p>${about}</p>\n`}${body}
</section>
`;
}
