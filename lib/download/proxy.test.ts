import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor } from "./proxy.ts";

const DUMPS = new URL("https://data.discogs.com/?prefix=data%2F2026%2F");

test("uses the scheme's proxy, lower-case variables first, adding http:// if needed", () => {
  const env = { HTTPS_PROXY: "http://a:1", https_proxy: "b:2", HTTP_PROXY: "http://c:3" };
  assert.equal(proxyFor(DUMPS, env), "http://b:2");
  assert.equal(proxyFor(new URL("http://data.discogs.com/"), env), "http://c:3");
  assert.equal(proxyFor(DUMPS, { HTTP_PROXY: "http://c:3" }), undefined);
  assert.equal(proxyFor(DUMPS, { HTTPS_PROXY: "" }), undefined);
});

test("NO_PROXY excludes hosts, domains and ports", () => {
  const proxied = (NO_PROXY: string) =>
    proxyFor(DUMPS, { HTTPS_PROXY: "http://a:1", NO_PROXY }) !== undefined;
  for (const list of [
    "*",
    "data.discogs.com",
    "discogs.com",
    ".discogs.com",
    "*.discogs.com",
    "x, DISCOGS.com:443",
  ]) {
    assert.equal(proxied(list), false, list);
  }
  for (const list of ["", " , ", "cogs.com", "discogs.com:80", "discogs.com.example.org", ":443"]) {
    assert.equal(proxied(list), true, list);
  }
});
