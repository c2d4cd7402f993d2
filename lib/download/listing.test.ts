import assert from "node:assert/strict";
import { test } from "node:test";
import { listingUrl, parseListing } from "./listing.ts";

const HOST = "https://data.discogs.com";

test("the listing's URL is that of data.discogs.com", () => {
  assert.equal(listingUrl(HOST, "2026"), `${HOST}/?prefix=data%2F2026%2F`);
  assert.equal(
    listingUrl(`${HOST}/`, "2026", "data/2026/a b"),
    `${HOST}/?prefix=data%2F2026%2F&marker=data%2F2026%2Fa%20b`,
  );
});

test("HTML: finds links of dump files among others", () => {
  const html = `<!DOCTYPE html><html><body>
    <a href="?prefix=data%2F">..</a> <a class='x' href='/style.css'>s</a> <a href="http://[">broken</a>
    <a href="?download=data%2F2026%2Fdiscogs_20260801_releases.xml.gz">discogs_20260801_releases.xml.gz</a>
    <a href="/?a=1&amp;download=data%2F2026%2Fdiscogs_20260801_CHECKSUM.txt">c</a>
    <a href="?download=data%2F2026%2Fdiscogs_20260801_users.xml.gz">u</a></body></html>`;
  const { files, next } = parseListing(html, listingUrl(HOST, "2026"));
  assert.deepEqual(Object.fromEntries([...files].map(([name, { url }]) => [name, url])), {
    "discogs_20260801_releases.xml.gz": `${HOST}/?download=data%2F2026%2Fdiscogs_20260801_releases.xml.gz`,
    "discogs_20260801_CHECKSUM.txt": `${HOST}/?a=1&download=data%2F2026%2Fdiscogs_20260801_CHECKSUM.txt`,
  });
  assert.equal(next, undefined);
});

test("S3: finds keys with their sizes, and where a truncated listing continues", () => {
  const bucket = "https://discogs-data-dumps.s3.us-west-2.amazonaws.com";
  const xml = `<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated>
    <Contents><Key>data/2026/</Key><Size>0</Size></Contents>
    <Contents><Key>data/2026/discogs_20260801_labels.xml.gz</Key><Size>94371840</Size></Contents></ListBucketResult>`;
  const { files, next } = parseListing(xml, listingUrl(bucket, "2026"));
  const name = "discogs_20260801_labels.xml.gz";
  assert.deepEqual([...files.values()], [{ name, url: `${bucket}/data/2026/${name}`, size: 94371840 }]);
  assert.equal(next, `data/2026/${name}`);
});

test("refuses anything else by name", () => {
  assert.throws(
    () => parseListing("{}", "https://x.example/"),
    /https:\/\/x\.example\/ is not a listing of dumps/,
  );
  assert.throws(
    () => parseListing("<ListBucketResult><Contents>", "https://x.example/"),
    /not a listing of dumps/,
  );
});
