import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Bucket } from "./bucket.ts";

test("a connection that is lost in the middle of an object is an error with the object's URL", async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy());
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" });
  const settings = { endpoint, region: "us-east-1", "path-style": "true" };
  const bucket = new Bucket({ bucket: "music", prefix: "lake" }, settings);
  t.after(() => bucket.close());
  for (const reading of ["hash", "read"] as const) {
    await assert.rejects(bucket[reading]("active.json"), {
      name: "ExpectedError",
      message: `s3://music/lake/active.json: ${endpoint} can't be reached: aborted (--endpoint)`,
    });
  }
});
