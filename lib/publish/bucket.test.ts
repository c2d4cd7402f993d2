import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { selfSigned } from "../testing/self_signed.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";

/** Opens a server until the test ends, and returns its URL. */
async function opened(t: TestContext, server: Server, protocol = "http"): Promise<string> {
  server.listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bucketAt(
  t: TestContext,
  server: Server,
  options?: BucketOptions,
): Promise<{ bucket: Bucket; endpoint: string }> {
  const endpoint = await opened(t, server);
  return { bucket: bucketOf(t, endpoint, options), endpoint };
}

function bucketOf(t: TestContext, endpoint: string, options?: BucketOptions): Bucket {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" });
  const settings = { endpoint, region: undefined, "path-style": "true" };
  const bucket = new Bucket({ bucket: "music", prefix: "lake" }, settings, options);
  t.after(() => bucket.close());
  return bucket;
}

test("a store that does not answer is named until it does", async (t) => {
  let answer = () => {};
  const server = createServer((_request, response) => {
    answer = () => response.end("{}");
  });
  const lines: string[] = [];
  const info = (line: string) => {
    lines.push(line);
    if (lines.length === 2) answer();
  };
  const { bucket, endpoint } = await bucketAt(t, server, { log: { ...silentLogger, info }, patienceMs: 200 });
  assert.equal((await bucket.read("active.json"))?.text, "{}");
  for (const line of lines.slice(0, 2)) {
    assert.equal(line.replace(/ \d+ s$/, ""), `s3://music/lake/active.json: waiting for ${endpoint} for`);
  }
});

test("a connection that is lost in the middle of an object is an error with the object's URL", async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
  });
  const { bucket, endpoint } = await bucketAt(t, server);
  for (const reading of ["hash", "read"] as const) {
    await assert.rejects(bucket[reading]("active.json"), {
      name: "ExpectedError",
      message: `s3://music/lake/active.json: ${endpoint} can't be reached: aborted (--endpoint)`,
    });
  }
});

test("an object is read again if the connection is lost in the middle of it", async (t) => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-length": "4" }).write("ha");
    if (requests % 2 === 0) response.end("lf");
    else response.write("", () => response.destroy());
  });
  const lines: string[] = [];
  const { bucket } = await bucketAt(t, server, {
    log: { ...silentLogger, info: (line) => lines.push(line) },
  });
  assert.equal((await bucket.read("active.json"))?.text, "half");
  assert.equal(await bucket.hash("active.json"), createHash("sha256").update("half").digest("hex"));
  assert.equal(requests, 4);
  const line = "s3://music/lake/active.json: the connection is lost, and it is read again";
  assert.deepEqual(lines, [line, line]);
});

/** A server that lists one more of these keys with each request, and the URLs of the requests. */
function listing(keys: readonly string[]) {
  const urls: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    urls.push(url);
    const next =
      urls.length < keys.length ? `<NextContinuationToken>t${urls.length}</NextContinuationToken>` : "";
    const object = `<Contents><Key>${keys[urls.length - 1]}</Key><Size>${urls.length}</Size></Contents>`;
    response.end(
      `<ListBucketResult><IsTruncated>${next !== ""}</IsTruncated>${next}${object}</ListBucketResult>`,
    );
  });
  return { server, urls };
}

test("objects are listed on several pages, with any characters in their keys", async (t) => {
  const { server, urls } = listing(["lake/a", "lake/b c&amp;d&#x1;", "lake/é%2F+"]);
  const { bucket } = await bucketAt(t, server);
  assert.deepEqual(
    [...(await bucket.list(""))],
    [
      ["a", 1],
      ["b c&d\u0001", 2],
      ["é%2F+", 3],
    ],
  );
  assert.deepEqual(
    urls.map((url) => new URL(url, "http://store").searchParams.get("continuation-token")),
    [null, "t1", "t2"],
  );
});

test("an object is sent with its own checksum, type and condition, and no request with others that a store may refuse", async (t) => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on("end", () => response.end());
  });
  const { bucket } = await bucketAt(t, server);
  const checksum = createHash("sha256").update("a,b").digest("base64");
  await bucket.put("report.csv", Buffer.from("a,b"), checksum);
  await bucket.put("active.json", Buffer.from("a,b"), checksum, '"etag"');
  await bucket.read("active.json");
  const sent = seen.map((headers) =>
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => /^(if-|x-amz-(checksum|sdk|trailer)|content-)/.test(name)),
    ),
  );
  const same = { "content-length": "3", "x-amz-checksum-sha256": checksum };
  assert.deepEqual(sent, [
    { ...same, "content-type": "text/csv; charset=utf-8", "if-none-match": "*" },
    { ...same, "content-type": "application/json", "if-match": '"etag"' },
    {},
  ]);
});

test("an answer that is not S3's, e.g. a proxy's page, is an error with the object's URL and the status", async (t) => {
  let status = 413;
  const server = createServer((_request, response) => {
    response.writeHead(status).end("<html><body><h1>413</h1><hr>nginx</body></html>");
  });
  const { bucket, endpoint } = await bucketAt(t, server);
  const failure = (path: string) => ({
    name: "ExpectedError",
    message: `s3://music/lake/${path}: ${endpoint} answers HTTP status ${status} with content that is not S3's, e.g. a proxy's page; look at --endpoint`,
  });
  await assert.rejects(bucket.read("active.json"), failure("active.json"));
  await assert.rejects(bucket.put("report.csv", Buffer.from(""), ""), failure("report.csv"));
  status = 200;
  await assert.rejects(bucket.list("_runs/"), failure("_runs/"));
});

test("an endpoint of another protocol, or with a certificate that is not trusted, is named with the remedy", async (t) => {
  const tls = createHttpsServer(selfSigned(temporaryDirectory(t)).server);
  const plain = createServer();
  const other = createTcpServer((socket) => {
    socket.on("error", () => undefined).once("data", () => socket.end("SSH-2.0-x\r\n\r\n"));
  });
  for (const [endpoint, problem] of [
    [
      await opened(t, tls, "https"),
      "$: self-signed certificate; set NODE_EXTRA_CA_CERTS to the PEM file of the authority to trust",
    ],
    [await opened(t, plain, "https"), "$ does not speak HTTPS (EPROTO); look at --endpoint"],
    [await opened(t, other), "$ does not speak HTTP (HPE_INVALID_CONSTANT); look at --endpoint"],
  ] as const) {
    const message = `s3://music/lake/active.json: ${problem.replace("$", endpoint)}`;
    await assert.rejects(bucketOf(t, endpoint).read("active.json"), { name: "ExpectedError", message });
  }
});
