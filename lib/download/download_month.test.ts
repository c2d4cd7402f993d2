import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { type DownloadOptions, downloadMonth } from "./download_month.ts";
import { atFirst, dumpFiles, sha256 } from "./testing/dump_server.ts";
import { CHECKSUM, contentOf, DATE, RELEASES, scene } from "./testing/scene.ts";

for (const form of ["html", "s3"] as const) {
  test(`fetches a month with one request per file from a ${form} listing, and nothing the second time`, async (t) => {
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
    const written = statSync(join(directory, CHECKSUM)).ino;
    const again = await download();
    assert.deepEqual(new Set(again.files.map(({ state }) => state)), new Set(["there"]));
    assert.deepEqual(server.requests, [...listing, "GET CHECKSUM"]);
    assert.equal(
      statSync(join(directory, CHECKSUM)).ino,
      written,
      "the same checksums are not written again",
    );
    assertComplete();
  });
}

test("removes what a process killed just after it renamed a part has left", async (t) => {
  const { month, download, assertComplete } = await scene(t);
  await download();
  writeFileSync(join(month, `${RELEASES}.part.json`), "{}");
  await download();
  assertComplete();
});

test("uses the newest complete date of a month", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  for (const [name, content] of dumpFiles("20260815")) server.files.set(name, content);
  for (const [name, content] of dumpFiles("20260820")) {
    if (!name.includes("CHECKSUM")) server.files.set(name, content);
  }
  assert.equal((await download()).date, "20260815");
  assertComplete("20260815");
});

test("refuses an incomplete month and names what is missing", async (t) => {
  const { server, rawRoot, download } = await scene(t);
  server.files.delete(CHECKSUM);
  await assert.rejects(
    download(),
    new RegExp(`2026-08 is not complete .* yet: ${CHECKSUM} not there; run it again`),
  );
  await assert.rejects(download({ month: "2026-07" }), /lists no dump of 2026-07/);
  assert.deepEqual(readdirSync(rawRoot), []);
});

test("refuses a raw root that is a file, or can't be written, before asking the server, and leaves nothing", async (t) => {
  const { server, rawRoot, download } = await scene(t);
  const file = join(rawRoot, "file");
  writeFileSync(file, "");
  for (const options of [{}, { dryRun: true }, { month: undefined }] as Partial<DownloadOptions>[]) {
    for (const place of [file, join(file, "raw")])
      await assert.rejects(download({ ...options, rawRoot: place }), {
        name: "ExpectedError",
        message: `${file} is not a directory`,
      });
  }
  await assert.rejects(
    download({ rawRoot: "/proc/raw" }),
    /directory \/proc\/raw\/2026-08 can't be written: /,
  );
  const tooLong = join(rawRoot, "new", "x".repeat(256));
  await assert.rejects(download({ rawRoot: tooLong }), /can't be written: .*too long/);
  assert.deepEqual([server.requests, readdirSync(rawRoot)], [[], ["file"]]);
});

test("without a month, uses the newest complete one of this year or the last", async (t) => {
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

test("waits after 429 as long as retry-after says, in seconds or to a date", async (t) => {
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

test("retries 5xx responses with growing waits, and gives up in the end", async (t) => {
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

test("does not mistake HTML with status 200 for a dump or checksums", async (t) => {
  const { server, month, download, assertComplete } = await scene(t);
  const html = (file: string, times: number) =>
    atFirst(file, times, (_name, _request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>please wait</html>");
      return true;
    });
  server.behave = html("artists", 99);
  await assert.rejects(download(), /artists.*does not send gzip \(text\/html\); given up after 4 tries/);
  assert.ok(!existsSync(month));
  server.behave = html("CHECKSUM", 1);
  await assert.rejects(download(), /CHECKSUM\.txt, line 1: not "<sha256> <file name>"/);
  server.behave = html("artists", 2);
  await download();
  assertComplete();
});

test("a wrong checksum leaves neither file nor checksum file, and keeps correct files", async (t) => {
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

test("replaces an existing file that differs", async (t) => {
  const { server, month, warnings, download, assertComplete } = await scene(t);
  mkdirSync(month);
  writeFileSync(join(month, RELEASES), "an earlier upload");
  const { files } = await download();
  assert.equal(files.at(-1)?.state, "downloaded");
  assert.match(warnings.join("\n"), /releases\.xml\.gz does not match the checksum file/);
  assertComplete();
  assert.equal(server.requests.filter((request) => request.startsWith("HEAD")).length, 0);
});

test("reports refusals at once with advice", async (t) => {
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
  await assert.rejects(download(), /artists\.xml\.gz answered 404: no such file/);
  await assert.rejects(download({ baseUrl: "ftp://data.discogs.com" }), /not an http or https URL/);
  assert.deepEqual(waits, []);
  await assert.rejects(
    download({ baseUrl: "http://127.0.0.1:1", retries: 1 }),
    /ECONNREFUSED.*given up after 2 tries/,
  );
});

test("a dry run writes nothing and lists missing files", async (t) => {
  const { server, rawRoot, download } = await scene(t);
  const { files } = await download({ dryRun: true });
  assert.deepEqual(new Set(files.map(({ state }) => state)), new Set(["missing"]));
  assert.deepEqual(server.requests, ["GET data/2026/", "GET CHECKSUM"]);
  assert.deepEqual(readdirSync(rawRoot), []);
});

test("refuses a second concurrent download", async (t) => {
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

test("uses the environment's proxy unless NO_PROXY excludes the host", async (t) => {
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
