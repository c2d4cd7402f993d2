import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "../testing/files.ts";
import { selfSigned } from "../testing/self_signed.ts";
import { createHttp } from "./http.ts";

const BYTES = 170_000;

/** A server that sends headers and body at once and closes the connection, like HTTP/1.0. */
async function hastyServer(t: TestContext, version: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(`${version} 200 OK\r\nconnection: close\r\ncontent-length: ${BYTES}\r\n\r\n`);
      socket.end(Buffer.alloc(BYTES, "x"));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return `http://127.0.0.1:${address.port}/`;
}

function client(t: TestContext) {
  const http = createHttp({
    env: {},
    timeoutSeconds: 5,
    now: Date.now,
    advice: { missing: "", refused: "" },
  });
  t.after(() => http.close());
  return http;
}

for (const version of ["HTTP/1.0", "HTTP/1.1"]) {
  test(`${version}: a connection closed while the body waits for a slow disk is not a failure`, async (t) => {
    const url = await hastyServer(t, version);
    const http = client(t);
    for (let n = 0; n < 5; n++) {
      let bytes = 0;
      const { body } = await http.get(url);
      for await (const chunk of body) {
        bytes += chunk.length;
        await sleep(3);
      }
      assert.equal(bytes, BYTES);
    }
  });
}

test("a certificate that is not trusted is refused at once, with what to set", async (t) => {
  const server = createHttpsServer(selfSigned(temporaryDirectory(t)).server).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(client(t).get(`https://${host}/`), {
    name: "ExpectedError",
    message: `${host}: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT); set NODE_EXTRA_CA_CERTS to the PEM file of the authority to trust`,
  });
});
