import { readFileSync } from "node:fs";
import { type Document, isAlias, isMap, isNode, isScalar, parseDocument } from "yaml";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import { utf8Text } from "../files/utf8_text.ts";

/**
 * The parameters of a YAML file (`-P`) as text; lists and objects are JSON. Digdag reads the file itself, with an older YAML
 * version: values that it would read differently are refused.
 */
export function readParametersFile(file: string): Record<string, string> {
  const document = parseDocument(readText(file));
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const [what = ""] = problem.message.split("\n");
    throw new ExpectedError(`the parameters file ${file} can't be used: ${what.replace(/:$/, "")}`);
  }
  const { contents } = document;
  if (contents === null) return {};
  if (!isMap(contents)) throw new ExpectedError(`the parameters file ${file} must have lines NAME: VALUE`);
  const entries = contents.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    return [name, textOf(value, document, `${name} in the parameters file ${file}`)];
  });
  return Object.fromEntries(entries);
}

function textOf(node: unknown, document: Document, what: string): string {
  if (isAlias(node)) return textOf(node.resolve(document), document, what);
  if (!isScalar(node)) return JSON.stringify(isNode(node) ? node.toJS(document) : node);
  const { value, source } = node;
  if (value === null) throw new ExpectedError(`${what} has no value: remove it, or write ''`);
  if (typeof value !== "string" && String(value) !== source) {
    throw new ExpectedError(`${what} is ${source}, which YAML reads as ${String(value)}: write it in quotes`);
  }
  return String(value);
}

function readText(file: string): string {
  return utf8Text(readBytes(file), `the parameters file ${file}`);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ExpectedError(`the parameters file ${file} can't be read: ${oneLine(error)}`, { cause: error });
  }
}
