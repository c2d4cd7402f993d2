import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** A dump file as it was written. */
export interface WrittenDump {
  name: string;
  /** Bytes of the compressed file. */
  bytes: number;
  sha256: string;
  /** Bytes before compression. */
  xml_bytes: number;
}

/** Characters collected before they are handed to the compressor. */
const CHUNK = 256 * 1024;
const LEVEL = 5;

/**
 * Writes `<root>`, one line start for each record, `</root>`, compressed. Holds a few chunks in memory, whatever
 * the number of records: the next ones are made when the compressor asks for them. The gzip header holds no time.
 */
export async function writeDumpFile(
  path: string,
  name: string,
  root: string,
  records: Iterable<string>,
): Promise<WrittenDump> {
  const hash = createHash("sha256");
  const size = { xml: 0, gz: 0 };
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size.gz += chunk.length;
      done(null, chunk);
    },
  });
  const chunks = counted(inChunks(root, records), (bytes) => {
    size.xml += bytes;
  });
  const gzip = createGzip({ level: LEVEL, chunkSize: CHUNK });
  await pipeline(Readable.from(chunks), gzip, measure, createWriteStream(path, { flags: "wx" }));
  return { name, bytes: size.gz, sha256: hash.digest("hex"), xml_bytes: size.xml };
}

function* inChunks(root: string, records: Iterable<string>): Generator<string> {
  let text = `<${root}>\n`;
  for (const record of records) {
    text += `${record}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = "";
  }
  yield `${text}</${root}>\n`;
}

function* counted(chunks: Iterable<string>, count: (bytes: number) => void): Generator<Buffer> {
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, "utf8");
    count(bytes.length);
    yield bytes;
  }
}
