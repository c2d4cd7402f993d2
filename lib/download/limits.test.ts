import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { contentOf, RELEASES, type Scene, scene } from "./testing/scene.ts";

/** Sends a piece again and again behind the first bytes of gzip, until the client goes away. */
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

test("a body that trickles counts as lost, and its server is given up although something came each time", async (t) => {
  const at = await scene(t);
  at.server.behave = (name, _request, response) => {
    if (name !== "releases") return false;
    at.slow(61);
    return sendForEver(response, Buffer.alloc(100));
  };
  await refused(
    at,
    new RegExp(`^${RELEASES}: only \\d+ bytes came in 60 s; given up after 4 tries in a row`),
  );
  assert.deepEqual(at.waits, [2, 4, 8]);
  assert.equal(at.warnings.length, 3);
  assert.ok(statSync(join(at.month, `${RELEASES}.part`)).size > 0, "the part stays, to go on from");
});

test("a slow body is taken to its end", async (t) => {
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

test("a server that brings a byte more each time is not asked for ever", async (t) => {
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
    new RegExp(`^${RELEASES}: not done in 2 hours; run it again to resume, or raise --max-hours`),
    {
      limits: { totalSeconds: 7200 },
    },
  );
});

test("a body without a length ends where no dump is that long, as does one that announces too much", async (t) => {
  const at = await scene(t);
  const limits = { fileBytes: 1e6 };
  at.server.behave = (name, _request, response) =>
    name === "artists" && sendForEver(response, Buffer.alloc(100_000));
  await refused(
    at,
    /artists\.xml\.gz: http.* sends more than 0\.001 GB, which is no dump; check --base-url$/,
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

test("a listing and a checksum file have an end", async (t) => {
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

test("a listing whose pages have no end is given up", async (t) => {
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
