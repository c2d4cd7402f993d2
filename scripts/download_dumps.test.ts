import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dumpFiles, startDumpServer } from "../lib/download/testing/dump_server.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";
import { unprivileged } from "../lib/testing/unprivileged.ts";

function run(
  args: string[],
  env: NodeJS.ProcessEnv,
  user: { uid?: number } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = scriptArguments("scripts/download_dumps.ts", ...args);
  return new Promise((done) => {
    execFile(
      process.execPath,
      command,
      { env: { PATH: process.env.PATH, ...env }, ...user },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

test("prints the state and path of each file; failures are one line and exit code 2", async (t) => {
  const server = await startDumpServer(t, dumpFiles("20260801"));
  const root = temporaryDirectory(t);
  const env = { DISCOGS_RAW: root, DISCOGS_BASE_URL: server.url };
  const good = await run(["--month", "2026-08"], env);
  const entities = ["artists", "labels", "masters", "releases"];
  const lines = entities.map((entity) => `downloaded\t${root}/2026-08/discogs_20260801_${entity}.xml.gz\n`);
  assert.deepEqual([good.code, good.stdout], [0, lines.join("")]);
  const bad = await run(["--month", "2026-09"], env);
  assert.deepEqual([bad.code, bad.stdout], [2, ""]);
  assert.match(
    bad.stderr,
    /^scripts\/download_dumps\.ts: error: http:.* lists no dump of 2026-09; it may come later\n$/,
  );
  for (const month of ["August", "2026-13"]) {
    const wrong = await run(["--month", month], env);
    assert.ok(wrong.stderr.endsWith(`--month is "${month}", but must be YYYY-MM\n`), wrong.stderr);
  }
  const elsewhere = { ...env, DISCOGS_RAW: join(root, "elsewhere") };
  const dry = await run(["--month", "2026-08", "--dry-run"], elsewhere);
  assert.deepEqual([dry.code, dry.stdout.match(/^missing\t/gm)?.length], [0, 4], dry.stdout + dry.stderr);
  assert.equal(existsSync(elsewhere.DISCOGS_RAW), false);
  const proxied = await run(["--retries", "0"], { ...elsewhere, HTTP_PROXY: "http://127.0.0.1:1" });
  assert.deepEqual([proxied.code, /127\.0\.0\.1:1\b/.test(proxied.stderr)], [2, true], proxied.stderr);
});

test("without --month, the directory of the newest month is all that must be writable", async (t) => {
  const month = `${new Date().getUTCFullYear()}-01`;
  const server = await startDumpServer(t, dumpFiles(`${month.replace("-", "")}01`));
  const root = temporaryDirectory(t);
  const directory = join(root, month);
  const env = { TMPDIR: tmpdir(), DISCOGS_RAW: root, DISCOGS_BASE_URL: server.url };
  chmodSync(root, 0o555);
  const refused = await run([], env, unprivileged);
  assert.deepEqual([refused.code, server.requests], [2, []]);
  assert.ok(refused.stderr.includes(`the directory ${root} can't be written: `), refused.stderr);
  chmodSync(root, 0o755);
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  chmodSync(root, 0o555);
  const { code, stdout, stderr } = await run([], env, unprivileged);
  chmodSync(root, 0o755);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.match(/^downloaded\t/gm)?.length, 4);
});
