import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "../testing/files.ts";

const COMMAND = new URL("command.ts", import.meta.url).href;
const LINES = 5000;

/** A script whose `run` has this body. */
function scriptOf(t: TestContext, body: string, more = ""): string {
  const path = join(temporaryDirectory(t), "x.mts");
  writeFileSync(
    path,
    `import { defineCommand, runAsEntrypoint } from "${COMMAND}";
const main = defineCommand({ name: "x", summary: "", options: {}, ${more} async run({ print, write }) { ${body} }});
await runAsEntrypoint(import.meta.url, main);`,
  );
  return path;
}

function start(path: string, args: string[], stdout: "pipe" | number = "pipe") {
  return spawn(process.execPath, ["--import", import.meta.resolve("tsx"), path, ...args], {
    stdio: ["ignore", stdout, "pipe"],
  });
}

/** All of a stream's text, read in pieces with pauses: much slower than it is written. */
async function readSlowly(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const piece of stream ?? []) {
    text += String(piece);
    await sleep(5);
  }
  return text;
}

const printLines = `for (let line = 0; line < ${LINES}; line++) print(line + "x".repeat(200)); return 0;`;

test("a slow reader gets every line printed before the script ended", async (t) => {
  const child = start(scriptOf(t, printLines), []);
  const ended = once(child, "close");
  const lines = (await readSlowly(child.stdout)).split("\n");
  assert.deepEqual([lines.length, lines.at(-1), (await ended)[0]], [LINES + 1, "", 0]);
  assert.ok(lines.slice(0, -1).every((line, index) => line === index + "x".repeat(200)));
});

test("stderr and a long --help arrive completely", async (t) => {
  const loud = start(scriptOf(t, `process.stderr.write("e".repeat(1_000_000)); return 1;`), []);
  const ended = once(loud, "close");
  assert.equal((await readSlowly(loud.stderr)).length, 1_000_000);
  assert.equal((await ended)[0], 1);
  const help = start(scriptOf(t, "return 0;", `description: "h".repeat(1_000_000),`), ["--help"]);
  assert.match(await readSlowly(help.stdout), /h{1000000}.*Exit codes: .*\n$/s);
});

test("write waits for its reader, so that text does not accumulate", async (t) => {
  const body = `
    let most = 0;
    for (let part = 0; part < 200; part++) {
      if (!(await write("x".repeat(100_000)))) throw new Error("the reader has gone");
      most = Math.max(most, process.stdout.writableLength);
    }
    process.stderr.write(String(most));
    return 0;`;
  const child = start(scriptOf(t, body), []);
  const ended = once(child, "close");
  const [text, most] = await Promise.all([readSlowly(child.stdout), readSlowly(child.stderr)]);
  assert.deepEqual([text.length, most, (await ended)[0]], [20_000_000, "0", 0]);
});

test("write reports that the reader is gone, which is not a failure", async (t) => {
  const body = `while (await write("x".repeat(100_000))); process.stderr.write("gone"); return 0;`;
  const child = start(scriptOf(t, body), []);
  const ended = once(child, "close");
  child.stdout?.once("data", () => child.stdout?.destroy());
  assert.equal(await readSlowly(child.stderr), "gone");
  assert.equal((await ended)[0], 0);
});

test("output that can't be written is a one-line error, not exit 0", {
  skip: process.platform !== "linux",
}, async (t) => {
  for (const body of [printLines, `await write("x"); return 0;`, `print("x"); return 1;`]) {
    const child = start(scriptOf(t, body), [], openSync("/dev/full", "w"));
    const ended = once(child, "close");
    const errors = await readSlowly(child.stderr);
    assert.match(errors, /^x: error: standard output can't be written: ENOSPC[^\n]*\n$/);
    assert.equal((await ended)[0], body.endsWith("return 1;") ? 1 : 2);
  }
});
