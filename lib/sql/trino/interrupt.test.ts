import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { projectRoot } from "../../files/project_root.ts";
import { scriptArguments } from "../../testing/script_arguments.ts";
import { emptyPage, fakeTrino, QUERY_ID } from "../testing/fake_trino.ts";
import type { TrinoSession } from "./call.ts";
import { trinoSettings } from "./settings.ts";
import { runStatement } from "./statement.ts";

/** Starts scripts/query.ts on a server; `errors` returns what it has printed on stderr. */
function startQuery(url: string, sql: string) {
  const child = spawn(process.execPath, scriptArguments("scripts/query.ts", "--lake", ".", sql), {
    cwd: projectRoot,
    env: { ...process.env, TRINO_URL: url },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk) => {
    printed += String(chunk);
  });
  return { child, errors: () => printed };
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} cancels the running query and sends nothing more`, { timeout: 300_000 }, async () => {
    const server = await fakeTrino([emptyPage, "silence"]);
    try {
      const { child, errors } = startQuery(server.url, "SELECT 1; SELECT 2");
      await server.cameIn("GET");
      child.kill(signal);
      const [, endedBy] = await once(child, "close");
      assert.equal(endedBy, signal, errors());
      assert.match(errors(), new RegExp(`^\\S+: error: interrupted \\(${signal}\\)\\n$`));
      assert.equal((await server.cameIn("DELETE")).url, `/v1/query/${QUERY_ID}`);
      assert.deepEqual(
        server.requests.map(({ method }) => method),
        ["POST", "GET", "DELETE"],
      );
    } finally {
      await server.close();
    }
  });
}

test("a statement that begins after the interruption, e.g. of other work at the same time, is not sent", async (t) => {
  const server = await fakeTrino([emptyPage, "silence"]);
  t.after(() => server.close());
  const settings = trinoSettings({ TRINO_URL: server.url, TRINO_TIMEOUT: "30" });
  const session: TrinoSession = { settings, log: silentLogger, statements: 0 };
  const running = assert.rejects(
    runStatement(session, "SELECT 1", { reading: true }),
    /interrupted \(SIGHUP\)/,
  );
  await server.cameIn("GET");
  process.emit("SIGHUP", "SIGHUP");
  await running;
  await assert.rejects(runStatement(session, "DROP TABLE t", { reading: false }), /interrupted \(SIGHUP\)/);
  assert.equal(server.requests.filter(({ method }) => method === "POST").length, 1);
});

test("a second signal ends the process at once, though the server does not answer", {
  timeout: 300_000,
}, async () => {
  const server = await fakeTrino([emptyPage, "silence"], { ignoresCancel: true });
  try {
    const { child, errors } = startQuery(server.url, "SELECT 1");
    const closed = once(child, "close");
    await server.cameIn("GET");
    child.kill("SIGINT");
    await server.cameIn("DELETE");
    // One that comes very soon is taken for the first key press: repeat it as a person does.
    const again = setInterval(() => child.kill("SIGINT"), 100);
    const [, signal] = await closed;
    clearInterval(again);
    assert.equal(signal, "SIGINT");
    assert.equal(errors(), "scripts/query.ts: interrupted\n");
  } finally {
    await server.close();
  }
});
