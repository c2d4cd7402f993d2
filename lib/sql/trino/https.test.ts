import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { type SelfSigned, selfSigned } from "../../testing/self_signed.ts";
import { EngineUnavailableError } from "../sql_error.ts";
import {
  emptyPage,
  type FakeAnswer,
  type FakeTrino,
  fakeTrino,
  lastPage,
  rowsPage,
} from "../testing/fake_trino.ts";
import { trinoSettings } from "./settings.ts";
import { runStatement } from "./statement.ts";

const user = { TRINO_USER: "ann", TRINO_PASSWORD: "pass:wörd" };

function run(env: NodeJS.ProcessEnv) {
  const settings = trinoSettings(env);
  return runStatement({ settings, log: silentLogger, statements: 0 }, "SELECT 1", { reading: true });
}

describe("HTTPS with a password", () => {
  let directory: string;
  let ca: string;
  let tls: SelfSigned["server"];

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "https-"));
    ({ ca, server: tls } = selfSigned(directory));
  });
  after(() => rmSync(directory, { recursive: true }));

  async function withServer(answers: FakeAnswer[], use: (server: FakeTrino) => Promise<void>) {
    const server = await fakeTrino(answers, { tls });
    try {
      await use(server);
    } finally {
      await server.close();
    }
  }

  test("sends user and password to a server whose certificate TRINO_CA_FILE vouches for", async () => {
    await withServer([emptyPage, rowsPage(1), lastPage], async (server) => {
      const result = await run({ ...user, TRINO_URL: server.url, TRINO_CA_FILE: ca });
      assert.deepEqual(result.rows, [[1n]]);
      const basic = `Basic ${Buffer.from("ann:pass:wörd").toString("base64")}`;
      for (const { headers } of server.requests) {
        assert.deepEqual([headers.authorization, headers["x-trino-user"]], [basic, "ann"]);
      }
    });
  });

  test("reports a wrong password in one line with the user but not the password", async () => {
    await withServer([{ status: 401 }], async (server) => {
      await assert.rejects(run({ ...user, TRINO_URL: server.url, TRINO_CA_FILE: ca }), (error) => {
        assert.ok(error instanceof EngineUnavailableError);
        assert.match(error.message, /it refuses user ann: 401 Unauthorized/);
        assert.ok(!error.message.includes(user.TRINO_PASSWORD));
        return true;
      });
      assert.equal(server.requests.length, 1);
    });
  });

  test("does not send the password to a server with an untrusted certificate", async () => {
    await withServer([emptyPage, lastPage], async (server) => {
      await assert.rejects(run({ ...user, TRINO_URL: server.url }), (error) => {
        assert.ok(error instanceof EngineUnavailableError);
        assert.match(
          error.message,
          /self.signed certificate.*set TRINO_CA_FILE to the PEM file of the authority to trust/,
        );
        return true;
      });
      assert.equal(server.requests.length, 0);
    });
  });
});
