import type { ReadStream } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { basename } from "node:path";
import { PassThrough, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { SaxesParser } from "saxes";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { type Entity, entities } from "../datasets/declaration.ts";
import { openDumpFile } from "../dump/source.ts";

/** An element of a dump with its contents. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Its own character data, not trimmed. */
  text: string;
}

/** How the records of a dump are read. */
export interface ReadingOptions {
  /** Remove control characters, which XML does not allow. */
  removeControlCharacters?: boolean | undefined;
  /** Gets the progress, by the bytes of the file. */
  log?: Logger | undefined;
}

/** Name of the first element, after anything that may precede it. */
const FIRST_NAME = /^\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<([^\s<>/]+)/s;
const GZIP_HEAD = Buffer.from([0x1f, 0x8b]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: some dumps have to be cleaned of these
const CONTROL_CHARACTERS = /[\x00-\x08\x0b\x0c\x0e-\x1f]/g;

/**
 * The entity of a dump, by its first element: the root, or a record if there is none.
 * @throws ExpectedError if it is neither, or can't be read
 */
export async function entityOf(path: string): Promise<Entity> {
  const file = await openDumpFile(path);
  const otherwise = `${path} does not begin like a dump of ${entities.join("s, ")}s`;
  try {
    for await (const text of texts(file, {})) {
      const name = FIRST_NAME.exec(text)?.[1] ?? "";
      const entity = entities.find((each) => name === each || name === `${each}s`);
      if (entity !== undefined) return entity;
      break;
    }
  } catch (error) {
    throw new ExpectedError(`${otherwise}: ${oneLine(error)}`, { cause: error });
  }
  throw new ExpectedError(otherwise);
}

/**
 * Yields the top-level records of a dump (`.xml` or `.xml.gz`) in order, some at a time, as trees of elements. A second, simpler
 * reader for checks: one XML parser, sharing no code with the extractor. Memory does not depend on the dump's size.
 */
export async function* dumpRecords(
  path: string,
  entity: Entity,
  options: ReadingOptions = {},
): AsyncGenerator<XmlElement[]> {
  let found: XmlElement[] = [];
  const parser = recordParser((record) => {
    if (record.name !== entity) throw new Error(`${path}: <${record.name}> between the records`);
    found.push(record);
  });
  let isFirst = true;
  let isRootImplied = false;
  const { log = silentLogger } = options;
  const meter = new ProgressMeter(`${basename(path)}, read again`, "bytes");
  const total = (await stat(path)).size;
  let records = 0;
  const read = { bytes: 0 };
  for await (const text of texts(await openDumpFile(path), options, read)) {
    // Dumps until 2014 have no root element.
    if (isFirst) isRootImplied = FIRST_NAME.exec(text)?.[1] === entity;
    if (isFirst && isRootImplied) parser.write(`<${entity}s>`);
    isFirst = false;
    parser.write(text);
    records += found.length;
    log.progress(meter.text({ done: read.bytes, total, records }));
    if (found.length > 0) yield found;
    found = [];
  }
  log.clear();
  if (isRootImplied) parser.write(`</${entity}s>`);
  parser.close();
}

/** Parses one element. */
export function readElement(xml: string): XmlElement {
  const found: XmlElement[] = [];
  recordParser((element) => found.push(element))
    .write(`<root>${xml}</root>`)
    .close();
  const [element] = found;
  if (element === undefined || found.length > 1)
    throw new Error(`${found.length} elements where one was expected`);
  return element;
}

/** Closes the file at the end. @param read is given the bytes of the file that were read so far */
async function* texts(
  handle: FileHandle,
  { removeControlCharacters }: ReadingOptions,
  read = { bytes: 0 },
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const cleaned = (text: string) =>
    removeControlCharacters === true ? text.replace(CONTROL_CHARACTERS, "") : text;
  const isGzip = await beginsAsGzip(handle);
  const file = handle.createReadStream({ start: 0 });
  for await (const chunk of unpacked(file, isGzip)) {
    read.bytes = file.bytesRead;
    yield cleaned(decoder.decode(chunk, { stream: true }));
  }
  yield decoder.decode();
}

/** Closes the file if its first bytes can't be read. */
async function beginsAsGzip(handle: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(GZIP_HEAD.length);
  try {
    await handle.read(head, 0, head.length, 0);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return head.equals(GZIP_HEAD);
}

function unpacked(file: ReadStream, isGzip: boolean): AsyncIterable<Uint8Array> {
  const inflate = isGzip ? createGunzip({ chunkSize: 1 << 20 }) : new PassThrough();
  return pipeline(file, inflate, () => {
    // Failures are thrown when iterating over the result.
  });
}

/** Builds a tree of each element below the root. */
function recordParser(use: (record: XmlElement) => void) {
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  /** The open elements of a record. */
  const open: XmlElement[] = [];
  let depth = 0;
  parser.on("opentag", ({ name, attributes }) => {
    if (++depth === 1) return;
    const element = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop();
    if (--depth === 1 && element !== undefined) use(element);
  });
  return parser;
}
