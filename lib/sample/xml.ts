/** Writing XML as the dumps do: only amp, lt, gt, quot and numeric references; CR and TAB never raw. */

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

/** Character data: a line feed stays as it is. */
export function escapeText(text: string): string {
  return /[&<>\r\t]/.test(text) ? text.replace(/[&<>\r\t]/g, replacement) : text;
}

/** An attribute's value, to stand in double quotes. */
export function escapeAttribute(text: string): string {
  return /[&<>"\r\n\t]/.test(text) ? text.replace(/[&<>"\r\n\t]/g, replacement) : text;
}

export const element = (name: string, text: string): string =>
  text === "" ? `<${name}/>` : `<${name}>${escapeText(text)}</${name}>`;

/** The element, or nothing when there is no text. */
export const optional = (name: string, text: string | undefined): string =>
  text === undefined || text === "" ? "" : element(name, text);

/** A list element around its items, or nothing when there are none. */
export const list = (name: string, items: readonly string[]): string =>
  items.length === 0 ? "" : `<${name}>${items.join("")}</${name}>`;

/** The same XML with every character outside ASCII as a numeric reference. */
export function asciiOnly(xml: string): string {
  return xml.replace(/[^\p{ASCII}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
