import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { dumpFiles, startDumpServer } from "../lib/download/testing/dump_server.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";

function run(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = scriptArguments("scripts/download_dumps.ts", ...args);
  return new Promise((done) => {
    execFile(
      process.execPath,
      command,
      { env: { PATH: process.env.PATH, ...env } },
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
  const wrong = await run(["--month", "August"], env);
  assert.match(wrong.stderr, /--month is "August", but must be YYYY-MM\n$/);
});
