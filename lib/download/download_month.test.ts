import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { type DownloadOptions, downloadMonth } from "./download_month.ts";
import {
  atFirst,
  breakOff,
  checksumFile,
  type DumpServer,
  dumpFiles,
  sendRange,
  sha256,
  startDumpServer,
} from "./testing/dump_server.ts";

const DATE = "20260801";
const RELEASES = `discogs_${DATE}_releases.xml.gz`;
const CHECKSUM = `discogs_${DATE}_CHECKSUM.txt`;

interface Scene {
  server: DumpServer;
  rawRoot: string;
  month: string;
  /** Seconds of each wait. */
  waits: number[];
  warnings: string[];
  download(options?: Partial<DownloadOptions>): ReturnType<typeof downloadMonth>;
  /** Asserts that the month's directory holds the server's files, and nothing else. */
  assertComplete(date?: string): void;
}

/** A server with a complete month, and a raw root. Waits are not waited for. */
async function scene(t: TestContext, files = dumpFiles(DATE)): Promise<Scene> {
  const server = await startDumpServer(t, files);
  const rawRoot = temporaryDirectory(t);
  const month = join(rawRoot, "2026-08");
  const waits: number[] = [];
  const warnings: string[] = [];
  let now = Date.UTC(2026, 7, 5, 12);
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      waits.push(milliseconds / 1000);
      now += milliseconds;
    },
  };
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const base = { rawRoot, month: "2026-08", timeoutSeconds: 10, maxWaitSeconds: 4000, retries: 3, env: {} };
  return {
    server,
    rawRoot,
    month,
    waits,
    warnings,
    download: (options) => downloadMonth({ ...base, baseUrl: server.url, log, clock, ...options }),
    assertComplete(date = DATE) {
      const names = [...server.files.keys()].filter((name) => name.includes(date)).sort();
      assert.deepEqual(readdirSync(month).sort(), names);
      for (const name of names) {
        assert.equal(sha256(readFileSync(join(month, name))), sha256(server.files.get(name) as Buffer), name);
      }
    },
  };
}

const contentOf = (server: DumpServer, name = RELEASES): Buffer => server.files.get(name) as Buffer;
const etag = (content: Buffer): string => `"${sha256(content).slice(0, 16)}"`;

for (const form of ["html", "s3"] as const) {
  test(`fetches a month with one request a file from a ${form} listing, and nothing the second time`, async (t) => {
    const { server, rawRoot, download, assertComplete } = await scene(t);
    server.form = form;
    const { directory, files } = await download();
    assert.deepEqual(new Set(files.map(({ state }) => state)), new Set(["downloaded"]));
    assertComplete();
    assert.equal(directory, join(rawRoot, "2026-08"));
    const found = await findDumpFiles(rawRoot, "2026-08");
    assert.ok(found.checksums?.endsWith(CHECKSUM));
    const listing = Array(form === "html" ? 1 : 2).fill("GET data/2026/");
    const each = ["CHECKSUM", "artists", "labels", "masters", "releases"].map((name) => `GET ${name}`);
    assert.deepEqual(server.requests.splice(0), [...listing, ...each]);
    const again = await download();
    assert.deepEqual(new Set(again.files.map(({ state }) => state)), new Set(["there"]));
    assert.deepEqual(server.requests, [...listing, "GET CHECKSUM"]);
    assertComplete();
  });
}

test("of two dates in a month the newest complete one is taken", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  for (const [name, content] of dumpFiles("20260815")) server.files.set(name, content);
  for (const [name, content] of dumpFiles("20260820")) {
    if (!name.includes("CHECKSUM")) server.files.set(name, content);
  }
  assert.equal((await download()).date, "20260815");
  assertComplete("20260815");
});

test("a month that is not complete yet is refused, and says what is missing", async (t) => {
  const { server, rawRoot, download } = await scene(t);
  server.files.delete(CHECKSUM);
  await assert.rejects(
    download(),
    new RegExp(`2026-08 is not complete .* yet: ${CHECKSUM} not there; run it again`),
  );
  await assert.rejects(download({ month: "2026-07" }), /lists no dump of 2026-07/);
  assert.deepEqual(readdirSync(rawRoot), []);
});

test("without a month the newest complete one of this year or the last is taken", async (t) => {
  const { server } = await scene(t, new Map([...dumpFiles("20251201"), ...dumpFiles("20251101")]));
  const options = {
    log: silentLogger,
    clock: { now: () => Date.UTC(2026, 0, 3), sleep: async () => undefined },
  };
  const newest = { ...options, rawRoot: temporaryDirectory(t), baseUrl: server.url };
  const limits = { timeoutSeconds: 10, maxWaitSeconds: 1, retries: 0, env: {} };
  assert.equal((await downloadMonth({ ...newest, ...limits })).month, "2025-12");
  assert.deepEqual(server.requests.slice(0, 2), ["GET data/2026/", "GET data/2025/"]);
  server.files.clear();
  await assert.rejects(downloadMonth({ ...newest, ...limits }), /no complete dump of 2026 or 2025/);
});

test("a connection that drops in the middle is taken up where it broke off", async (t) => {
  const { server, waits, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  const headers = { etag: etag(content), "content-length": content.length };
  server.behave = atFirst("releases", 1, (_name, _request, response) =>
    breakOff(response, headers, content.subarray(0, 10_000)),
  );
  await download();
  assertComplete();
  assert.equal(server.requests.at(-1), "GET releases bytes=10000-");
  assert.deepEqual(waits, [2]);
});

test("a download that was given up goes on in the next call, and the part has gone in the end", async (t) => {
  const { server, month, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  const headers = { etag: etag(content), "content-length": content.length };
  server.behave = atFirst("releases", 1, (_name, _request, response) =>
    breakOff(response, headers, content.subarray(0, 12_345)),
  );
  await assert.rejects(download({ retries: 0 }), (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(
      error.message,
      new RegExp(`^${RELEASES}: .*given up after the first try. Run it again to go on`),
    );
    return true;
  });
  assert.equal(readFileSync(join(month, `${RELEASES}.part`)).length, 12_345);
  assert.equal(existsSync(join(month, CHECKSUM)), false, "the checksum file comes last");
  const dry = await download({ dryRun: true });
  assert.deepEqual(
    dry.files.map(({ state }) => state),
    ["there", "there", "there", "partial"],
  );
  await download();
  assert.equal(server.requests.at(-1), "GET releases bytes=12345-");
  assertComplete();
});

test("a server that ignores Range is read from the beginning", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  let requests = 0;
  server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    requests += 1;
    const headers = { etag: etag(content), "content-length": content.length };
    if (requests === 1) return breakOff(response, headers, content.subarray(0, 9000));
    response.writeHead(200, headers).end(content);
    return true;
  };
  await download();
  assert.equal(server.requests.at(-1), "GET releases bytes=9000-");
  assertComplete();
});

/** Breaks off the old upload in the middle, then has the new one, its checksum file included. */
function uploadAgain(server: DumpServer, headers: (content: Buffer) => Record<string, string>): void {
  const old = contentOf(server);
  const renewed = gzipSync(Buffer.concat([old, old]).subarray(0, old.length - 30));
  server.behave = atFirst("releases", 1, (_name, _request, response) => {
    server.files.set(RELEASES, renewed);
    server.files.set(CHECKSUM, checksumFile(server.files));
    return breakOff(response, { ...headers(old), "content-length": old.length }, old.subarray(0, 9000));
  });
}

test("a file that is uploaded again between two requests is not glued together", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  uploadAgain(server, (old) => ({ etag: etag(old) }));
  await download();
  assertComplete();
});

test("nor is it when the server ignores If-Range: another ETag or length tells", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  uploadAgain(server, (old) => ({ etag: etag(old) }));
  const first = server.behave;
  server.behave = (name, request, response) => {
    if (first(name, request, response)) return true;
    const from = Number(request.headers.range?.slice(6, -1) ?? Number.NaN);
    if (name !== "releases" || Number.isNaN(from)) return false;
    response.setHeader("etag", etag(contentOf(server)));
    sendRange(contentOf(server), from, response);
    return true;
  };
  await download();
  assertComplete();
  assert.equal(server.requests.filter((request) => request === "GET releases").length, 3);
});

test("nor when it has no ETag and the same length: the checksum tells", async (t) => {
  const { server, warnings, download, assertComplete } = await scene(t);
  const old = contentOf(server);
  const renewed = Buffer.from(old);
  renewed.fill(7, 5000, 15_000);
  server.behave = (name, request, response) => {
    if (name !== "releases") return false;
    const from = Number(request.headers.range?.slice(6, -1) ?? 0);
    if (contentOf(server) === old) {
      server.files.set(RELEASES, renewed);
      server.files.set(CHECKSUM, checksumFile(server.files));
      return breakOff(response, { "content-length": old.length }, old.subarray(0, 9000));
    }
    if (from > 0) sendRange(renewed, from, response);
    else response.end(renewed);
    return true;
  };
  await download();
  assertComplete();
  assert.ok(warnings.some((line) => line.includes("not the one of the checksum file (pass 1 of 3)")));
});

test("429 is waited out, as long as retry-after says, in seconds or to a date", async (t) => {
  const { server, waits, warnings, download, assertComplete } = await scene(t);
  const answers = ["3600", "Wed, 05 Aug 2026 13:10:00 GMT"];
  server.behave = (name, _request, response) => {
    const answer = name === "masters" ? answers.shift() : undefined;
    if (answer === undefined) return false;
    response.writeHead(429, { "retry-after": answer }).end("slow down");
    return true;
  };
  await download();
  assertComplete();
  assert.deepEqual(waits, [3600, 600]);
  assert.match(
    warnings[0] ?? "",
    /masters.*answered 429 and asks to wait 3600 s; waiting 3600 s, until 13:00:00 UTC/,
  );
});

test("a wait beyond the bound is an error that says so, and keeps the part", async (t) => {
  const { server, month, waits, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  let requests = 0;
  server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    requests += 1;
    const headers = { etag: etag(content), "content-length": content.length };
    if (requests === 1) return breakOff(response, headers, content.subarray(0, 5000));
    response.writeHead(429, { "retry-after": "3600" }).end();
    return true;
  };
  await assert.rejects(download({ maxWaitSeconds: 600 }), /wait 3600 s, which is more than --max-wait 600/);
  assert.deepEqual(waits, [2]);
  assert.equal(readFileSync(join(month, `${RELEASES}.part`)).length, 5000);
  server.behave = () => false;
  await download();
  assertComplete();
});

test("5xx answers are tried again with growing waits, and given up in the end", async (t) => {
  const { server, rawRoot, waits, download, assertComplete } = await scene(t);
  const failing = (name: string) =>
    atFirst(name, 3, (_name, _request, response) => {
      response.writeHead(503).end();
      return true;
    });
  server.behave = failing("listing");
  await assert.rejects(
    download({ retries: 2 }),
    /listing of 2026: .* answered 503; given up after 3 tries in a row/,
  );
  assert.deepEqual(waits.splice(0), [2, 4]);
  assert.deepEqual(readdirSync(rawRoot), []);
  server.behave = failing("labels");
  await download();
  assert.deepEqual(waits, [2, 4, 8]);
  assertComplete();
});

test("HTML with status 200 is not taken for a dump, nor for checksums", async (t) => {
  const { server, month, download, assertComplete } = await scene(t);
  const html = (file: string, times: number) =>
    atFirst(file, times, (_name, _request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>please wait</html>");
      return true;
    });
  server.behave = html("artists", 99);
  await assert.rejects(
    download(),
    /artists.*something else than gzip \(text\/html\); given up after 4 tries/,
  );
  assert.deepEqual(readdirSync(month), []);
  server.behave = html("CHECKSUM", 1);
  await assert.rejects(download(), /CHECKSUM\.txt, line 1: not "<sha256> <file name>"/);
  server.behave = html("artists", 2);
  await download();
  assertComplete();
});

test("HTML in answer to a resumed request leaves the part alone", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  let requests = 0;
  server.behave = (name, _request, response) => {
    requests += name === "releases" ? 1 : 0;
    if (name !== "releases" || requests > 2) return false;
    const headers = { etag: etag(content), "content-length": content.length };
    if (requests === 1) return breakOff(response, headers, content.subarray(0, 5000));
    response.writeHead(200, { "content-type": "text/html" }).end("<html>");
    return true;
  };
  await download();
  assert.equal(server.requests.at(-1), "GET releases bytes=5000-");
  assertComplete();
});

/** Announces a hundred bytes more than there are, and cuts the connection after the last. */
function exaggerate(server: DumpServer, ignoresRange: boolean): void {
  const content = contentOf(server);
  server.behave = (name, request, response) => {
    if (name !== "releases" || (request.headers.range !== undefined && !ignoresRange)) return false;
    return breakOff(response, { etag: etag(content), "content-length": content.length + 100 }, content);
  };
}

test("a length that is announced too long is mended by the answer to Range", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  exaggerate(server, false);
  await download();
  assert.equal(server.requests.at(-1), `GET releases bytes=${contentOf(server).length}-`);
  assertComplete();
});

test("without Range it ends in an error, not in an endless loop", async (t) => {
  const { server, month, waits, download } = await scene(t);
  exaggerate(server, true);
  await assert.rejects(download(), /releases.*given up after 4 tries in a row/);
  assert.deepEqual(waits, [2, 4, 8]);
  assert.equal(existsSync(join(month, RELEASES)), false);
});

test("a length that is announced too short gives a wrong checksum, and no file", async (t) => {
  const { server, month, download } = await scene(t);
  const content = contentOf(server);
  server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    response.strictContentLength = false;
    response.writeHead(200, { "content-length": content.length - 100, connection: "close" }).end(content);
    return true;
  };
  await assert.rejects(
    download(),
    new RegExp(`${RELEASES}: its SHA-256 is not the one of the checksum file, 3 times`),
  );
  assert.deepEqual(
    readdirSync(month).filter((name) => name.includes("releases") || name === CHECKSUM),
    [],
  );
});

test("a wrong checksum leaves neither file nor checksum file, and keeps what was right", async (t) => {
  const { server, month, download } = await scene(t);
  server.files.set(
    CHECKSUM,
    Buffer.from(contentOf(server, CHECKSUM).toString().replace(/^.{8}/, "00000000")),
  );
  await assert.rejects(download(), /SHA-256/);
  const kept = ["artists", "labels", "masters"].map((entity) => `discogs_${DATE}_${entity}.xml.gz`);
  assert.deepEqual(readdirSync(month).sort(), kept);
  server.files.set(CHECKSUM, Buffer.from(`${sha256(Buffer.from("x"))} other.xml.gz\n`));
  await assert.rejects(download(), /has no checksum of discogs_20260801_artists.xml.gz, /);
});

test("a file that is there but differs is replaced", async (t) => {
  const { server, month, warnings, download, assertComplete } = await scene(t);
  mkdirSync(month);
  writeFileSync(join(month, RELEASES), "an earlier upload");
  const { files } = await download();
  assert.equal(files.at(-1)?.state, "downloaded");
  assert.match(warnings.join("\n"), /releases\.xml\.gz is there, but not the one of the checksum file/);
  assertComplete();
  assert.equal(server.requests.filter((request) => request.startsWith("HEAD")).length, 0);
});

test("redirects are followed, but not for ever", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  server.behave = (name, request, response) => {
    if (name !== "labels" || !request.url?.includes("?download=")) return false;
    response.writeHead(302, { location: `/elsewhere/discogs_${DATE}_labels.xml.gz` }).end();
    return true;
  };
  await download();
  assertComplete();
  server.behave = (_name, request, response) => {
    response.writeHead(301, { location: request.url ?? "/" }).end();
    return true;
  };
  await assert.rejects(download(), /redirects more than 5 times/);
});

test("a body without Content-Length is taken to its end", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    response.write(contentOf(server).subarray(0, 100));
    response.end(contentOf(server).subarray(100));
    return true;
  };
  await download();
  assertComplete();
});

test("a connection that falls silent counts as lost", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  server.behave = atFirst("releases", 1, (_name, _request, response) => {
    response.writeHead(200, { etag: etag(content), "content-length": content.length });
    return response.write(content.subarray(0, 4000)) || true;
  });
  await download({ timeoutSeconds: 1 });
  assert.equal(server.requests.at(-1), "GET releases bytes=4000-");
  assertComplete();
});

test("refusals are errors at once, and say what to try", async (t) => {
  const { server, waits, download } = await scene(t);
  server.behave = (_name, _request, response) => {
    response.writeHead(403).end("<Error/>");
    return true;
  };
  await assert.rejects(
    download(),
    /prefix=data%2F2026%2F answered 403: the server refuses access; try another --base-url/,
  );
  server.behave = (name, _request, response) => {
    if (name !== "artists") return false;
    response.writeHead(404).end();
    return true;
  };
  await assert.rejects(download(), /artists\.xml\.gz answered 404: there is no such file/);
  await assert.rejects(download({ baseUrl: "ftp://data.discogs.com" }), /not an http or https URL/);
  assert.deepEqual(waits, []);
  await assert.rejects(
    download({ baseUrl: "http://127.0.0.1:1", retries: 1 }),
    /ECONNREFUSED.*given up after 2 tries/,
  );
});

test("a dry run writes nothing and says what is missing", async (t) => {
  const { server, rawRoot, download } = await scene(t);
  const { files } = await download({ dryRun: true });
  assert.deepEqual(new Set(files.map(({ state }) => state)), new Set(["missing"]));
  assert.deepEqual(server.requests, ["GET data/2026/", "GET CHECKSUM"]);
  assert.deepEqual(readdirSync(rawRoot), []);
});

test("two at once: the second one is refused", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  let second: Promise<unknown> = Promise.resolve();
  server.behave = atFirst("artists", 1, (_name, _request, response) => {
    second = assert
      .rejects(download(), /downloading/)
      .then(() => response.end(contentOf(server, `discogs_${DATE}_artists.xml.gz`)));
    return true;
  });
  await download();
  await second;
  assertComplete();
});

test("the proxy of the environment is used, unless NO_PROXY excludes the host", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", (request, client) => {
    tunnels.push(request.url ?? "");
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  t.after(() => proxy.close());
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await download({ env: { HTTP_PROXY: address, NO_PROXY: "127.0.0.1" } });
  assert.deepEqual(tunnels, []);
  await download({ env: { HTTP_PROXY: address } });
  assert.ok(tunnels.length > 0 && tunnels.every((target) => server.url.endsWith(target)));
  assertComplete();
});
