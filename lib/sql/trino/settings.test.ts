import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../../cli/errors.ts";
import { trinoSettings, trinoUser, wantsTrino } from "./settings.ts";

test("TRINO_URL alone is a local Trino", () => {
  assert.deepEqual(trinoSettings({ TRINO_URL: "http://127.0.0.1:8080/" }), {
    url: "http://127.0.0.1:8080",
    user: "discogs",
    catalog: "hive",
    lakeUrl: "local:///",
    timeoutMs: 600_000,
  });
  const empty = {
    TRINO_USER: "",
    TRINO_PASSWORD: "",
    TRINO_CATALOG: "",
    TRINO_TIMEOUT: "",
    DISCOGS_TRINO_LAKE: "",
  };
  const alone = trinoSettings({ TRINO_URL: "http://127.0.0.1:8080" });
  assert.deepEqual(
    trinoSettings({ ...empty, TRINO_URL: "http://127.0.0.1:8080" }),
    alone,
    "empty is not set",
  );
  assert.equal(trinoUser(empty), alone.user);
  assert.equal(wantsTrino({}), false);
  assert.equal(wantsTrino({ TRINO_URL: "" }), false);
  assert.equal(wantsTrino({ TRINO_URL: "nonsense" }), true);
});

test("a lake's location ends in one slash", () => {
  const lakeUrl = (given: string) =>
    trinoSettings({ TRINO_URL: "http://h", DISCOGS_TRINO_LAKE: given }).lakeUrl;
  assert.equal(lakeUrl("s3://bucket/lake"), "s3://bucket/lake/");
  assert.equal(lakeUrl("s3://bucket"), "s3://bucket/");
  assert.equal(lakeUrl("file:///srv/lake/"), "file:///srv/lake/");
  assert.equal(lakeUrl("local:///"), "local:///");
  assert.equal(lakeUrl("local:///sub"), "local:///sub/");
});

test("a CA file is read", () => {
  const directory = mkdtempSync(join(tmpdir(), "ca-"));
  const path = join(directory, "ca.pem");
  writeFileSync(path, "-----BEGIN CERTIFICATE-----\nx\n");
  const env = { TRINO_URL: "https://h", TRINO_CA_FILE: path, TRINO_USER: "u", TRINO_PASSWORD: "p" };
  const { ca, user, password } = trinoSettings(env);
  assert.deepEqual([ca, user, password], ["-----BEGIN CERTIFICATE-----\nx\n", "u", "p"]);
  writeFileSync(path, "a key");
  assert.throws(() => trinoSettings(env), /TRINO_CA_FILE=.*ca.pem has no certificate/);
  rmSync(directory, { recursive: true });
  assert.throws(() => trinoSettings(env), /TRINO_CA_FILE can't be read: .*ca.pem/);
});

test("names an invalid variable", () => {
  const wrong: [NodeJS.ProcessEnv, RegExp][] = [
    [{ TRINO_URL: "127.0.0.1:8080" }, /^TRINO_URL is "127.0.0.1:8080"/],
    [{ TRINO_URL: "http://u:p@h" }, /^TRINO_URL is "http:\/\/\.\.\.@h"/],
    [{ TRINO_URL: "http://h/ui" }, /^TRINO_URL is/],
    [{ TRINO_URL: "http://h", TRINO_TIMEOUT: "soon" }, /^TRINO_TIMEOUT is "soon"/],
    [{ TRINO_URL: "http://h", TRINO_TIMEOUT: "0" }, /^TRINO_TIMEOUT is "0"/],
    [{ TRINO_URL: "http://h", TRINO_CATALOG: 'a"b' }, /^TRINO_CATALOG is/],
    [{ TRINO_URL: "http://h", DISCOGS_TRINO_LAKE: "/srv/lake" }, /^DISCOGS_TRINO_LAKE is "\/srv\/lake"/],
    [{ TRINO_URL: "http://h", DISCOGS_TRINO_LAKE: "file://srv/lake" }, /^DISCOGS_TRINO_LAKE is/],
    [{ TRINO_URL: "http://h", TRINO_PASSWORD: "p" }, /TRINO_URL is not https/],
  ];
  for (const [env, message] of wrong) {
    assert.throws(
      () => trinoSettings(env),
      (error) => error instanceof ExpectedError && message.test(error.message),
      JSON.stringify(env),
    );
  }
});
