import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, parseS3Location, urlOf } from "./location.ts";

test("a location is a bucket, or a prefix in it with or without a slash at the end", () => {
  for (const [text, key] of [
    ["s3://music", "active.json"],
    ["s3://music/", "active.json"],
    ["s3://music/lake", "lake/active.json"],
    ["s3://music/a+b@c=d/lake//", "a+b@c=d/lake/active.json"],
  ] as const) {
    const location = parseS3Location(text);
    assert.equal(keyOf(location, "active.json"), key);
    assert.equal(urlOf(location, "active.json"), `s3://music/${key}`);
  }
});

test("anything else is refused, e.g. a prefix with an empty name or spaces", () => {
  for (const text of [
    "music/lake",
    "s3://",
    "s3:///lake",
    "s3://Music",
    "s3://music//lake",
    "s3://music/a b",
    "s3://music?x",
  ])
    assert.throws(() => parseS3Location(text), {
      message: `"${text}" is not a location like s3://bucket/prefix`,
    });
});
