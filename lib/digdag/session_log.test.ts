import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { isOfDigdag, lineFilter } from "./digdag_output.ts";
import { SessionLog, sessionLogPath } from "./session_log.ts";

const SESSION = new Date("2026-11-21T08:08:29Z");

test("the log of a session is kept in the lake and continued", async (t) => {
  const path = sessionLogPath(temporaryDirectory(t), "main", SESSION);
  assert.match(path, /\/_meta\/logs\/main\/20261121_080829\.log$/);
  for (const attempt of ["first", "second"]) {
    const log = await SessionLog.open(path, silentLogger);
    log.line(attempt);
    log.write(Buffer.from("output\n\nof it"));
    log.line("");
    assert.deepEqual(await log.tail(3), [attempt, "output", "of it"]);
    await log.close();
  }
  assert.equal(readFileSync(path, "utf8"), "first\noutput\n\nof it\nsecond\noutput\n\nof it\n");
});

test("shows the last complete lines of a long log", async (t) => {
  const log = await SessionLog.open(sessionLogPath(temporaryDirectory(t), "main", SESSION), silentLogger);
  for (let line = 0; line < 10_000; line++) log.line(`line ${line}`);
  assert.deepEqual(await log.tail(2), ["line 9998", "line 9999"]);
  await log.close();
});

test("a log that can't be opened is an error; a later write error is one warning", async (t) => {
  const lake = temporaryDirectory(t);
  writeFileSync(join(lake, "_meta"), "");
  await assert.rejects(
    SessionLog.open(sessionLogPath(lake, "main", SESSION), silentLogger),
    /ENOTDIR|EEXIST/,
  );
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (line: string) => void warnings.push(line) };
  const log = await SessionLog.open(sessionLogPath(temporaryDirectory(t), "main", SESSION), logger);
  await log.close();
  for (let line = 0; line < 3; line++) log.line("lost");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /20261121_080829\.log can no longer be written: /);
});

test("omits Digdag's own lines unless they report a problem, however they are split", () => {
  const written: Buffer[] = [];
  const stream = { write: (line: Buffer) => written.push(line) } as unknown as NodeJS.WritableStream;
  const info = "2026-11-21 08:08:29 +0000 [INFO] (main) io.digdag.cli.Run: Using session /lake.\n";
  const error = "2026-11-21 08:08:29 +0000 [ERROR] (0023) io.digdag: Task failed\n";
  const text = `2026-11-21 08:08:29 +0000: Digdag v0.9.42\n${info}é of a task\n${error}2026-11-21 is a day\nnot ended`;
  const { take, end } = lineFilter(stream);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) take(bytes.subarray(at, at + 7));
  end();
  assert.equal(Buffer.concat(written).toString(), `é of a task\n${error}2026-11-21 is a day\nnot ended`);
  assert.equal(isOfDigdag("Success. Task state is saved at /lake directory."), true);
});
