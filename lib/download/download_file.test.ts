import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../cli/errors.ts";
import { atFirst, breakOff, checksumFile, type DumpServer, sendRange } from "./testing/dump_server.ts";
import { CHECKSUM, contentOf, DATE, etag, RELEASES, scene } from "./testing/scene.ts";

test("resumes a dropped connection where it broke off", async (t) => {
  const { server, waits, download, assertComplete } = await scene(t);
  const content = contentOf(server);
  const headers = { etag: etag(content), "content-length": content.length };
  const validators: unknown[] = [];
  const drop = atFirst("releases", 1, (_name, _request, response) =>
    breakOff(response, headers, content.subarray(0, 10_000)),
  );
  server.behave = (name, request, response) => {
    if (name === "releases") validators.push(request.headers["if-range"]);
    return drop(name, request, response);
  };
  await download();
  assertComplete();
  assert.equal(server.requests.at(-1), "GET releases bytes=10000-");
  assert.deepEqual(validators, [undefined, etag(content)]);
  assert.deepEqual(waits, [2]);
});

test("the next call resumes an abandoned download and removes the part in the end", async (t) => {
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
      new RegExp(`^${RELEASES}: .*given up after the first try. Run it again to resume`),
    );
    return true;
  });
  assert.equal(readFileSync(join(month, `${RELEASES}.part`)).length, 12_345);
  assert.equal(existsSync(join(month, CHECKSUM)), false, "the checksum file is written last");
  const dry = await download({ dryRun: true });
  assert.deepEqual(
    dry.files.map(({ state }) => state),
    ["there", "there", "there", "partial"],
  );
  await download();
  assert.equal(server.requests.at(-1), "GET releases bytes=12345-");
  assertComplete();
});

test("starts over with a server that ignores Range", async (t) => {
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

/** Interrupts the old upload, then serves the new one with its checksum file. */
function uploadAgain(
  server: DumpServer,
  headers: (content: Buffer) => Record<string, string>,
  { sameLength = false } = {},
): void {
  const old = contentOf(server);
  const renewed = sameLength
    ? Buffer.from(old).fill(7, 5000, 15_000)
    : gzipSync(Buffer.concat([old, old]).subarray(0, old.length - 30));
  server.behave = atFirst("releases", 1, (_name, _request, response) => {
    server.files.set(RELEASES, renewed);
    server.files.set(CHECKSUM, checksumFile(server.files));
    return breakOff(response, { ...headers(old), "content-length": old.length }, old.subarray(0, 9000));
  });
}

test("does not mix two versions of a file uploaded again between requests", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  uploadAgain(server, (old) => ({ etag: etag(old) }));
  await download();
  assertComplete();
});

for (const by of ["ETag", "length"]) {
  test(`nor when the server ignores If-Range: the ${by} reveals it`, async (t) => {
    const { server, warnings, download, assertComplete } = await scene(t);
    uploadAgain(server, (old) => ({ etag: etag(old) }), { sameLength: by === "ETag" });
    const first = server.behave;
    server.behave = (name, request, response) => {
      if (first(name, request, response)) return true;
      const from = Number(request.headers.range?.slice(6, -1) ?? Number.NaN);
      if (name !== "releases" || Number.isNaN(from)) return false;
      if (by === "ETag") response.setHeader("etag", etag(contentOf(server)));
      sendRange(contentOf(server), from, response);
      return true;
    };
    await download();
    assertComplete();
    assert.match(warnings.join("\n"), /does not continue where the part ends/);
    assert.equal(server.requests.filter((request) => request === "GET releases").length, 3);
  });
}

test("nor with no ETag and the same length: the checksum reveals it", async (t) => {
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
  assert.ok(warnings.some((line) => line.includes("differs from the checksum file (pass 1 of 3)")));
});

test("reports a wait beyond the limit as an error, and keeps the part", async (t) => {
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

test("HTML in response to a resumed request leaves the part alone", async (t) => {
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

/** Announces a hundred bytes too many, and closes the connection after the last. */
function exaggerate(server: DumpServer, ignoresRange: boolean): void {
  const content = contentOf(server);
  server.behave = (name, request, response) => {
    if (name !== "releases" || (request.headers.range !== undefined && !ignoresRange)) return false;
    return breakOff(response, { etag: etag(content), "content-length": content.length + 100 }, content);
  };
}

test("corrects an announced length that is too long by the response to Range", async (t) => {
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

test("an announced length that is too short yields a wrong checksum and no file", async (t) => {
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
    new RegExp(`${RELEASES}: its SHA-256 differs from the checksum file, 3 times`),
  );
  assert.deepEqual(
    readdirSync(month).filter((name) => name.includes("releases") || name === CHECKSUM),
    [],
  );
});

test("follows redirects up to a limit", async (t) => {
  const { server, download, assertComplete } = await scene(t);
  server.behave = (name, request, response) => {
    if (name !== "labels" || !request.url?.includes("?download=")) return false;
    response.writeHead(302, { location: `/elsewhere/discogs_${DATE}_labels.xml.gz` }).end();
    return true;
  };
  await download();
  assertComplete();
  let location: string | undefined;
  server.behave = (_name, request, response) => {
    response.writeHead(301, { location: location ?? request.url ?? "/" }).end();
    return true;
  };
  await assert.rejects(download(), /redirects more than 5 times/);
  location = "http://[";
  await assert.rejects(download(), /"http:\/\/\[" is not an http or https URL/);
});

test("reads a body without Content-Length to its end", async (t) => {
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

test("a silent connection counts as lost", async (t) => {
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
