import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { pinJars } from "./pin_jars.ts";

const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("hex");
const line = (path: string, content: string) =>
  `${hex("sha256", content)} ${String(content.length).padStart(8)} ${path}\n`;

const ONE = "org/one/1/one-1.jar";
const TWO = "org/two/2/two-2.jar";

let directory: string;
let list: string;
let server: Server;
/** The repository's files, by path. */
let files: Record<string, string>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pin-jars-"));
  list = join(directory, "jars.txt");
  files = {
    [ONE]: "first",
    [`${ONE}.sha1`]: hex("sha1", "first"),
    [TWO]: "second one",
    [`${TWO}.sha1`]: `${hex("sha1", "second one")}  two-2.jar\n`,
  };
  server = createServer(({ url = "" }, response) => {
    const content = files[url.slice(1)];
    response.writeHead(content === undefined ? 404 : 200).end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true });
});

async function pin(): Promise<string[]> {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return pinJars(list, { DISCOGS_MAVEN_MIRROR: `http://127.0.0.1:${port}/` }, silentLogger);
}

test("adds hash and size of a new jar, and keeps the others", async () => {
  await writeFile(list, `${line(ONE, "first")}${TWO}\n`);
  assert.deepEqual(await pin(), [TWO]);
  assert.equal(await readFile(list, "utf8"), line(ONE, "first") + line(TWO, "second one"));
});

test("leaves the list unchanged when a jar differs from its record or its published hash", async () => {
  const before = `${line(ONE, "another")}${TWO}\n`;
  await writeFile(list, before);
  await assert.rejects(pin(), /one-1\.jar has sha256 [0-9a-f]{64}, but the recorded one is [0-9a-f]{64}$/);
  files[`${ONE}.sha1`] = hex("sha1", "other");
  await assert.rejects(pin(), /one-1\.jar has sha1 [0-9a-f]{40}, but the published one is [0-9a-f]{40}$/);
  files[`${ONE}.sha1`] = "<html>";
  await assert.rejects(pin(), /one-1\.jar\.sha1 is not a SHA-1$/);
  delete files[ONE];
  await assert.rejects(pin(), /one-1\.jar answered 404/);
  assert.equal(await readFile(list, "utf8"), before);
});
