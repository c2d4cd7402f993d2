/** Markup inserted into a page unchanged. Only {@link html} and {@link trusted} create it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value in a template: text is escaped, markup is kept, absent values are omitted. */
export type HtmlPart = Html | string | number | bigint | undefined | false | readonly HtmlPart[];

/** A template whose values are escaped, wherever they come from: ``html`<td>${name}</td>` ``. */
export function html(pieces: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const texts = pieces.map((piece, index) => piece + (index < parts.length ? textOf(parts[index]) : ""));
  return new Html(texts.join(""));
}

/**
 * Marks text without unescaped values of the lake as markup: styles and scripts of this project, drawings of the chart library.
 */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Escapes text for use in elements and attributes of HTML and XML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(part: HtmlPart): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return escaped(String(part));
}
