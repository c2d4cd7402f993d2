import { createReadStream } from "node:fs";
import { PassThrough, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { SaxesParser } from "saxes";

/** An element of a dump with what is in it. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Its own character data, as the XML says it, not trimmed. */
  text: string;
}

/** A record is at depth 2 (the root is at 1); what stands deeper than this is passed over. */
const DEEPEST = 4;

/**
 * Calls `use` for each top-level record of a dump (`.xml` or `.xml.gz`), as an element with its children and theirs.
 * This is a second, simpler way to read a dump, for checks: one XML parser over all of it, and nothing of the code
 * that extracts. Memory does not depend on the dump's size.
 */
export async function eachRecord(path: string, use: (record: XmlElement) => void): Promise<void> {
  const parser = recordParser(use);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of unpacked(path)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode());
  parser.close();
}

function unpacked(path: string): AsyncIterable<Uint8Array> {
  const inflate = path.endsWith(".gz") ? createGunzip({ chunkSize: 1 << 20 }) : new PassThrough();
  return pipeline(createReadStream(path), inflate, () => {
    // Whatever fails is thrown by the iteration over the result.
  });
}

function recordParser(use: (record: XmlElement) => void) {
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  const open: XmlElement[] = [];
  let depth = 0;
  parser.on("opentag", ({ name, attributes }) => {
    if (++depth > DEEPEST) return;
    const element = { name, attributes, children: [], text: "" };
    if (depth > 2) open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (depth > 1 && depth <= DEEPEST && element !== undefined) element.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    if (depth-- > DEEPEST) return;
    const element = open.pop();
    if (depth === 1 && element !== undefined) use(element);
  });
  return parser;
}
