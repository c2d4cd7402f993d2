import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { SaxesParser } from "saxes";

/** A parsed element, for tests. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Character data directly inside the element. */
  text: string;
}

/** Reads a whole (small) dump with a plain XML parser and returns its records. */
export function readDump(path: string): Element[] {
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on("closetag", () => open.pop());
  parser.write(gunzipSync(readFileSync(path)).toString("utf8")).close();
  return top.children[0]?.children ?? [];
}

/** All elements at a path of child names below an element. */
export function at(element: Element, path: string): Element[] {
  let found = [element];
  for (const name of path.split("/")) {
    found = found.flatMap(({ children }) => children.filter((child) => child.name === name));
  }
  return found;
}

/** Text of the first element at the path. */
export const textAt = (element: Element, path: string): string | undefined => at(element, path)[0]?.text;

/** The element and all its descendants. */
export function* within(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* within(child);
}

/** Every element and attribute path of the records: `release/tracklist/track`, `release@id`. */
export function pathsOf(records: readonly Element[]): Set<string> {
  const paths = new Set<string>();
  const walk = (element: Element, above: string) => {
    const path = above === "" ? element.name : `${above}/${element.name}`;
    paths.add(path);
    for (const name of Object.keys(element.attributes)) paths.add(`${path}@${name}`);
    for (const child of element.children) walk(child, path);
  };
  for (const record of records) walk(record, "");
  return paths;
}
