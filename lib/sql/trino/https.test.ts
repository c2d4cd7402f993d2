import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { findJava } from "../../java/find_java.ts";
import { testEngines } from "../../testing/engines.ts";
import { TRINO_JAVA } from "../../trino_server/pins.ts";
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

const PASSPHRASE = "for this test";
const user = { TRINO_USER: "ann", TRINO_PASSWORD: "pass:wörd" };

function keytool(args: readonly string[], store: string): void {
  const { home } = findJava(TRINO_JAVA, process.env);
  const common = ["-alias", "test", "-keystore", store, "-storetype", "PKCS12", "-storepass", PASSPHRASE];
  execFileSync(join(home, "bin", "keytool"), [...args, ...common], { stdio: "ignore" });
}

function run(env: NodeJS.ProcessEnv) {
  const settings = trinoSettings(env);
  return runStatement({ settings, log: silentLogger, statements: 0 }, "SELECT 1", { reading: true });
}

/** The JDK's keytool makes the certificate, so these tests are skipped together with Trino. */
const skip = !testEngines.some(({ name }) => name === "trino");

describe("HTTPS with a password", { skip }, () => {
  let directory: string;
  let ca: string;
  let pfx: Buffer;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "https-"));
    const store = join(directory, "key.p12");
    ca = join(directory, "ca.pem");
    const name = ["-dname", "CN=test", "-ext", "san=ip:127.0.0.1"];
    keytool(["-genkeypair", "-keyalg", "EC", ...name, "-validity", "2"], store);
    keytool(["-exportcert", "-rfc", "-file", ca], store);
    pfx = readFileSync(store);
  });
  after(() => rmSync(directory, { recursive: true }));

  async function withServer(answers: FakeAnswer[], use: (server: FakeTrino) => Promise<void>) {
    const server = await fakeTrino(answers, { tls: { pfx, passphrase: PASSPHRASE } });
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
        assert.match(error.message, /self.signed certificate.*set TRINO_CA_FILE to the authority to trust/);
        return true;
      });
      assert.equal(server.requests.length, 0);
    });
  });
});
