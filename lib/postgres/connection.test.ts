import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import { connectPostgres, postgresError } from "./connection.ts";

/** A port that no server listens on. */
const NOWHERE = "postgres://x:secret@127.0.0.1:1/music";

test("an sslmode that the driver takes for verify-full is no reason for its warning", async (t) => {
  const warnings: Error[] = [];
  const keep = (warning: Error) => void warnings.push(warning);
  process.on("warning", keep);
  t.after(() => process.off("warning", keep));
  for (const mode of ["prefer", "require", "verify-ca", "verify-full"]) {
    await assert.rejects(connectPostgres(`${NOWHERE}?sslmode=${mode}&application_name=a`), /ECONNREFUSED/);
  }
  await nextTurn();
  assert.deepEqual(warnings, []);
});

test("a certificate that is not accepted, and one that is not there, are told in one line", async () => {
  const untrusted = Object.assign(new Error("self-signed certificate"), {
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  const elsewhere = Object.assign(new Error("Hostname/IP does not match"), {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
  const messages = [untrusted, elsewhere].map((error) => {
    const expected = postgresError(error, "h:5432/music");
    return expected instanceof ExpectedError && expected.message;
  });
  assert.deepEqual(messages, [
    "PostgreSQL at h:5432/music: self-signed certificate; set NODE_EXTRA_CA_CERTS to the PEM file of the authority to trust",
    "PostgreSQL at h:5432/music: Hostname/IP does not match",
  ]);
  await assert.rejects(connectPostgres(`${NOWHERE}?sslrootcert=/no/such.pem`), {
    name: "ExpectedError",
    message:
      /^a file that --url names is not there: ENOENT: no such file or directory, open '\/no\/such\.pem'$/,
  });
});
