import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { downloadPinned } from "./pinned_file.ts";

const content = randomBytes(300_000);
const pin = {
  path: "a/b.zip",
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
};
const clock = { now: Date.now, sleep: async () => undefined };
const policy = { retries: 3, maxWaitSeconds: 1, clock, log: silentLogger };

let directory: string;
let place: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pinned-"));
  place = join(directory, "b.zip");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Downloads from a server with this behaviour; returns the Range headers it received. */
async function download(listener: RequestListener): Promise<(string | undefined)[]> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    await downloadPinned(`http://127.0.0.1:${port}/${pin.path}`, place, pin, policy, {});
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return ranges;
}

const whole: RequestListener = (_request, response) => response.end(content);
const ranged: RequestListener = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const range = `bytes ${from}-${content.length - 1}/${content.length}`;
  response.writeHead(from === 0 ? 200 : 206, from === 0 ? {} : { "content-range": range });
  response.end(content.subarray(from));
};

function isDone(): void {
  assert.ok(readFileSync(place).equals(content));
  assert.deepEqual(readdirSync(directory), ["b.zip"]);
}

test("downloads a file, verifies it and puts it in place", async () => {
  assert.deepEqual(await download(whole), [undefined]);
  isDone();
});

test("resumes a broken connection where it broke off", async () => {
  let first = true;
  const ranges = await download((request, response) => {
    if (!first) return ranged(request, response);
    first = false;
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 100_000));
    setTimeout(() => response.destroy(), 200);
  });
  assert.match(ranges[1] ?? "", /^bytes=[1-9]\d*-$/);
  isDone();
});

/** Leftovers of a killed download: some bytes and their version. */
function leave(bytes: Buffer): void {
  writeFileSync(`${place}.part`, bytes);
  writeFileSync(`${place}.part.json`, JSON.stringify({ total: content.length }));
}

test("resumes what a killed process left", async () => {
  leave(content.subarray(0, 1000));
  assert.deepEqual(await download(ranged), ["bytes=1000-"]);
  isDone();
});

test("starts over if the part that was left is damaged", async () => {
  leave(randomBytes(content.length));
  assert.deepEqual(await download(ranged), [undefined]);
  isDone();
  rmSync(place);
  leave(randomBytes(1000));
  assert.deepEqual(await download(ranged), ["bytes=1000-", undefined]);
  isDone();
});

test("starts over with a server that ignores Range", async () => {
  leave(content.subarray(0, 1000));
  assert.deepEqual(await download(whole), ["bytes=1000-"]);
  isDone();
});

test("needs no request for a complete part, and starts over for one that is too long", async () => {
  leave(content);
  assert.deepEqual(await download(whole), []);
  rmSync(place);
  leave(Buffer.concat([content, content]));
  assert.deepEqual(await download(whole), [undefined]);
  isDone();
});

test("other bytes than the pinned ones are refused and removed", async () => {
  await assert.rejects(
    download((_request, response) => response.end(randomBytes(content.length))),
    (error) => error instanceof ExpectedError && /b\.zip has sha256 [0-9a-f]{64}, but/.test(error.message),
  );
  assert.deepEqual(readdirSync(directory), []);
});

test("more bytes than the pinned file has are refused at once", async () => {
  await assert.rejects(
    download((_request, response) => response.end(Buffer.concat([content, content]))),
    (error) =>
      error instanceof ExpectedError && /b\.zip: .* is not the pinned file; look at/.test(error.message),
  );
});

test("a server without the file, or one that fails again and again, is named", async () => {
  await assert.rejects(
    download((_request, response) => response.writeHead(404).end()),
    (error) =>
      error instanceof ExpectedError &&
      /b\.zip answered 404: no such file; look at DISCOGS_MAVEN_MIRROR$/.test(error.message),
  );
  await assert.rejects(
    download((_request, response) => response.writeHead(503).end()),
    (error) => error instanceof ExpectedError && /b\.zip: \S+ answered 503; given up/.test(error.message),
  );
  assert.equal(existsSync(place), false);
});
