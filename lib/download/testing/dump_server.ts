import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";

/** Handles a request in a custom way; false leaves it to the server. */
export type Behaviour = (file: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** A dump server on a real socket, whose files and behaviour can be changed between requests. */
export interface DumpServer {
  url: string;
  files: Map<string, Buffer>;
  /** The requests in order: `GET releases`, `GET releases bytes=5-`; `?` for others. */
  requests: string[];
  form: "html" | "s3";
  /** Consulted before each response to a file request. */
  behave: Behaviour;
}

const ENTITIES = ["artists", "labels", "masters", "releases"];

/** Files of a date with random content, `bytes` each before gzip, and their checksum file. */
export function dumpFiles(date: string, bytes = 40_000): Map<string, Buffer> {
  const files = new Map<string, Buffer>(
    ENTITIES.map((entity) => [`discogs_${date}_${entity}.xml.gz`, gzipSync(randomBytes(bytes))] as const),
  );
  files.set(`discogs_${date}_CHECKSUM.txt`, checksumFile(files));
  return files;
}

/** The checksum file of all dump files in the map, backwards. */
export function checksumFile(files: ReadonlyMap<string, Buffer>): Buffer {
  const dumps = [...files].filter(([name]) => name.endsWith(".gz")).reverse();
  const lines = dumps.map(([name, content]) => `${sha256(content)} ${name}\n`);
  return Buffer.from(lines.join(""));
}

/** SHA-256 of a content, in lower-case hex. */
export const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Starts a server that ends with the test. */
export async function startDumpServer(t: TestContext, files: Map<string, Buffer>): Promise<DumpServer> {
  const server: DumpServer = { url: "", files, requests: [], form: "html", behave: () => false };
  const http = createServer((request, response) => answer(server, request, response));
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return server;
}

function answer(server: DumpServer, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", server.url);
  const prefix = url.searchParams.get("prefix");
  const key = url.searchParams.get("download") ?? url.pathname.slice(1);
  const name = key.split("/").at(-1) ?? "";
  const what = prefix ?? name.replace(/^discogs_\d{8}_(\w+).*$/, "$1");
  const range = request.headers.range === undefined ? "" : ` ${request.headers.range}`;
  server.requests.push(`${request.method} ${what}${range}`);
  if (server.behave(prefix === null ? what : "listing", request, response)) return;
  if (prefix !== null) sendListing(server, prefix, url.searchParams.get("marker"), response);
  else sendFile(server.files.get(name), request, response);
}

function sendListing(
  server: DumpServer,
  prefix: string,
  marker: string | null,
  response: ServerResponse,
): void {
  const names = [...server.files.keys()]
    .filter((name) => name.startsWith(`discogs_${prefix.slice(5, 9)}`))
    .sort();
  if (server.form === "html") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    const links = names.map(
      (name) => `<a href="?download=${encodeURIComponent(prefix + name)}">${name}</a><br>`,
    );
    response.end(
      `<!DOCTYPE html><html><body><a href="?prefix=data%2F">..</a>${links.join("\n")}</body></html>`,
    );
    return;
  }
  response.setHeader("content-type", "application/xml");
  response.end(
    bucketListing(
      server,
      names.map((name) => prefix + name),
      marker,
    ),
  );
}

/** Three keys at a time, as S3 does with a thousand. */
function bucketListing(server: DumpServer, keys: readonly string[], marker: string | null): string {
  const rest = keys.filter((key) => marker === null || key > marker);
  const contents = rest.slice(0, 3).map((key) => {
    const size = server.files.get(key.slice(10))?.length;
    return `<Contents><Key>${key}</Key><ETag>&quot;abc&quot;</ETag><Size>${size}</Size></Contents>`;
  });
  const truncated = `<IsTruncated>${rest.length > 3}</IsTruncated>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>discogs</Name>${truncated}${contents.join("")}</ListBucketResult>`;
}

/** Behaves like a good server: ETag, Range, If-Range. */
function sendFile(content: Buffer | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (content === undefined) {
    response.writeHead(404).end("no such file");
    return;
  }
  const etag = `"${sha256(content).slice(0, 16)}"`;
  response.setHeader("etag", etag);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? Number.NaN);
  const validator = request.headers["if-range"];
  if (Number.isNaN(from) || (validator !== undefined && validator !== etag)) {
    response.writeHead(200, { "content-length": content.length }).end(content);
  } else if (from >= content.length) {
    response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
  } else {
    sendRange(content, from, response);
  }
}

/** Sends the rest of a file as a 206 response. */
export function sendRange(content: Buffer, from: number, response: ServerResponse): void {
  const range = `bytes ${from}-${content.length - 1}/${content.length}`;
  response.writeHead(206, { "content-range": range, "content-length": content.length - from });
  response.end(content.subarray(from));
}

/** Sends headers and the first bytes of a body, and closes the connection. */
export function breakOff(
  response: ServerResponse,
  headers: Record<string, string | number>,
  first: Buffer,
): true {
  response.writeHead(200, headers);
  response.write(first, () => setTimeout(() => response.destroy(), 20));
  return true;
}

/** A behaviour for the first `times` requests of a file; afterwards the server behaves. */
export function atFirst(file: string, times: number, behaviour: Behaviour): Behaviour {
  let left = times;
  return (name, request, response) => {
    if (name !== file || left === 0) return false;
    left -= 1;
    return behaviour(name, request, response);
  };
}
