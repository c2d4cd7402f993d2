import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";

function bucketAt(server: Server, options?: BucketOptions): { bucket: Bucket; endpoint: string } {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" });
  const settings = { endpoint, region: "us-east-1", "path-style": "true" };
  return { bucket: new Bucket({ bucket: "music", prefix: "lake" }, settings, options), endpoint };
}

test("a store that does not answer is named until it does", async (t) => {
  let answer = () => {};
  const server = createServer((_request, response) => {
    answer = () => response.end("{}");
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const lines: string[] = [];
  const info = (line: string) => {
    lines.push(line);
    if (lines.length === 2) answer();
  };
  const { bucket, endpoint } = bucketAt(server, { log: { ...silentLogger, info }, patienceMs: 200 });
  t.after(() => bucket.close());
  assert.equal((await bucket.read("active.json"))?.text, "{}");
  for (const line of lines.slice(0, 2)) {
    assert.equal(line.replace(/ \d+ s$/, ""), `s3://music/lake/active.json: waiting for ${endpoint} for`);
  }
});

test("a connection that is lost in the middle of an object is an error with the object's URL", async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { bucket, endpoint } = bucketAt(server);
  t.after(() => bucket.close());
  for (const reading of ["hash", "read"] as const) {
    await assert.rejects(bucket[reading]("active.json"), {
      name: "ExpectedError",
      message: `s3://music/lake/active.json: ${endpoint} can't be reached: aborted (--endpoint)`,
    });
  }
});

test("an answer that is not S3's, e.g. a proxy's page, is an error with the object's URL and the status", async (t) => {
  let status = 413;
  const server = createServer((_request, response) => {
    response.writeHead(status).end("<html><body><h1>413</h1><hr>nginx</body></html>");
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { bucket, endpoint } = bucketAt(server);
  t.after(() => bucket.close());
  const failure = (path: string) => ({
    name: "ExpectedError",
    message: `s3://music/lake/${path}: ${endpoint} answers HTTP status ${status} with content that is not S3's, e.g. a proxy's page; look at --endpoint`,
  });
  await assert.rejects(bucket.read("active.json"), failure("active.json"));
  await assert.rejects(bucket.put("report.csv", Buffer.from(""), ""), failure("report.csv"));
  status = 200;
  await assert.rejects(bucket.list("_runs/"), failure("_runs/"));
});
