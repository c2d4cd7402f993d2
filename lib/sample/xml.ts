/**
 * Writes XML as the dumps do: only amp, lt, gt, quot and numeric references; CR and TAB are always escaped.
 */

const REFERENCES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

const replacement = (character: string): string => REFERENCES[character] as string;

/** Escapes character data; line feeds stay as they are. */
export function escapeText(text: string): string {
  return /[&<>\r\t]/.test(text) ? text.replace(/[&<>\r\t]/g, replacement) : text;
}

/** Escapes an attribute value for double quotes. */
export function escapeAttribute(text: string): string {
  return /[&<>"\r\n\t]/.test(text) ? text.replace(/[&<>"\r\n\t]/g, replacement) : text;
}

/** An element with text; self-closing if the text is empty. */
export const element = (name: string, text: string): string =>
  text === "" ? `<${name}/>` : `<${name}>${escapeText(text)}</${name}>`;

/** The element, or an empty string if there is no text. */
export const optional = (name: string, text: string | undefined): string =>
  text === undefined || text === "" ? "" : element(name, text);

/** A list element around its items, or an empty string if there are none. */
export const list = (name: string, items: readonly string[]): string =>
  items.length === 0 ? "" : `<${name}>${items.join("")}</${name}>`;

/** The same XML with every non-ASCII character as a numeric reference. */
export function asciiOnly(xml: string): string {
  return xml.replace(/[^\p{ASCII}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
