import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { contentOf, RELEASES, type Scene, scene } from "./testing/scene.ts";

/** Sends gzip's first bytes, then a piece repeatedly until the client disconnects. */
function sendForEver(response: ServerResponse, piece: Buffer): true {
  const send = () => {
    if (!response.destroyed) response.write(piece, () => setImmediate(send));
  };
  response.write(Buffer.from([0x1f, 0x8b]), send);
  return true;
}

async function refused({ download }: Scene, message: RegExp, options?: Parameters<Scene["download"]>[0]) {
  await assert.rejects(download(options), (error: Error) => {
    assert.ok(error instanceof ExpectedError, error.stack);
    assert.match(error.message, message);
    return true;
  });
}

test("a trickling body counts as lost, and the server is abandoned although some bytes arrived each time", async (t) => {
  const at = await scene(t);
  at.server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    at.slow(61);
    return sendForEver(response, Buffer.alloc(100));
  };
  await refused(
    at,
    new RegExp(`^${RELEASES}: only \\d+ bytes arrived in 60 s; given up after 4 tries in a row`),
  );
  assert.deepEqual(at.waits, [2, 4, 8]);
  assert.equal(at.warnings.length, 3);
  assert.ok(statSync(join(at.month, `${RELEASES}.part`)).size > 0, "the part is kept for resuming");
});

test("reads a slow body to its end", async (t) => {
  const at = await scene(t);
  at.slow(10);
  const content = contentOf(at.server);
  at.server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    response.writeHead(200, { "content-length": content.length });
    let from = 0;
    const send = () => {
      const piece = content.subarray(from, from + 2000);
      from += piece.length;
      if (from === content.length) response.end(piece);
      else response.write(piece, () => setImmediate(send));
    };
    send();
    return true;
  };
  await at.download({ limits: { slowest: { seconds: 60, bytes: 1 } } });
  at.assertComplete();
});

test("does not retry forever a server that sends one more byte each time", async (t) => {
  const at = await scene(t);
  const content = contentOf(at.server);
  at.server.behave = (name, request, response) => {
    if (name !== "releases") return false;
    at.slow(10);
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === 0 ? 200 : 206, { "content-length": content.length - from, ...range });
    response.write(content.subarray(from, from + 2), () => setTimeout(() => response.destroy(), 5));
    return true;
  };
  await refused(
    at,
    new RegExp(`^${RELEASES}: not finished within 2 hours; run it again to resume, or raise --max-hours`),
    {
      limits: { totalSeconds: 7200 },
    },
  );
});

test("stops a body without a length, or with an excessive one, at the maximum size of a dump", async (t) => {
  const at = await scene(t);
  const limits = { fileBytes: 1e6 };
  at.server.behave = (name, _request, response) =>
    name === "artists" && sendForEver(response, Buffer.alloc(100_000));
  await refused(
    at,
    /artists\.xml\.gz: http.* sends more than 0\.001 GB, which is not a dump; check --base-url$/,
    { limits },
  );
  at.server.behave = (name, _request, response) => {
    if (name !== "artists") return false;
    response.writeHead(200, { "content-length": 1e9 });
    response.write(Buffer.from([0x1f, 0x8b]));
    return true;
  };
  await refused(at, /artists\.xml\.gz: http.* sends more than 0\.001 GB/, { limits });
  assert.deepEqual(
    readdirSync(at.month).filter((name) => name.endsWith(".gz")),
    [],
  );
});

test("limits the size of listings and checksum files", async (t) => {
  const at = await scene(t);
  const forEver = (what: string) => {
    at.server.behave = (name, _request, response) =>
      name === what && sendForEver(response, Buffer.alloc(100_000, 32));
  };
  forEver("listing");
  await refused(at, /^listing of 2026 is longer than 300000 bytes; check --base-url$/, {
    limits: { textBytes: 300_000 },
  });
  forEver("CHECKSUM");
  await refused(at, /CHECKSUM\.txt is longer than 300000 bytes/, { limits: { textBytes: 300_000 } });
  assert.equal(existsSync(join(at.month, RELEASES)), false);
});

test("abandons a listing with endless pages", async (t) => {
  const at = await scene(t);
  let page = 0;
  at.server.behave = (name, _request, response) => {
    if (name !== "listing") return false;
    page += 1;
    response.end(
      `<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>data/2026/${page}</Key></Contents></ListBucketResult>`,
    );
    return true;
  };
  await refused(at, /^the listing of 2026 at http.* has no end after 50 pages; check --base-url$/);
  assert.equal(page, 50);
});
