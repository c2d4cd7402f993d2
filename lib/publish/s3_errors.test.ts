import assert from "node:assert/strict";
import { test } from "node:test";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { ExpectedError } from "../cli/errors.ts";
import { explained } from "./s3_errors.ts";

/** What the store answers, and what the user is told to do. */
const ANSWERS: [name: string, status: number, advice: RegExp][] = [
  ["ConditionalRequestConflict", 409, /\(409\): no; another request .*, then repeat the command$/],
  ["AccessDenied", 403, /\(403\): no; look at the credentials/],
  ["ExpiredToken", 400, /\(400\): no; renew the credentials, then repeat the command$/],
  ["RequestTimeTooSkewed", 403, /\(403\): no; set the clock of this machine$/],
  ["Unknown", 400, /HTTP status 400; look at --region, and renew the credentials if they expire$/],
  ["NotImplemented", 501, /\(501\): no; publishing needs conditional writes/],
];

test("an answer without a description is named by its status", () => {
  const $metadata = { httpStatusCode: 502 };
  const answer = new S3ServiceException({
    name: "Unknown",
    message: "UnknownError",
    $fault: "server",
    $metadata,
  });
  const error = explained(answer, "s3://music/lake/active.json", "S3");
  assert.ok(error instanceof ExpectedError);
  assert.equal(error.message, "s3://music/lake/active.json: the store answers HTTP status 502");
});

test("a timeout is told without the package that noticed it", () => {
  const message =
    "@smithy/node-http-handler - the request socket timed out after 120000 ms of inactivity (configured by client requestHandler).";
  const error = explained(
    Object.assign(new Error(message), { name: "TimeoutError" }),
    "s3://music/lake/active.json",
    "S3",
  );
  assert.ok(error instanceof ExpectedError);
  assert.equal(
    error.message,
    "s3://music/lake/active.json: S3 can't be reached: the request socket timed out after 120000 ms of inactivity (--endpoint)",
  );
});

test("a bucket's host that is not known is told with the option that does without it", () => {
  const failure = (hostname: string) => {
    const unknown = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
    const error = explained(
      Object.assign(unknown, { code: "ENOTFOUND", hostname }),
      "s3://music/lake/active.json",
      "https://store.example:9000",
    );
    return error instanceof ExpectedError ? error.message : "";
  };
  assert.match(failure("music.store.example"), / \(--endpoint, or --path-style true\)$/);
  assert.match(failure("store.example"), / ENOTFOUND store\.example \(--endpoint\)$/);
});

test("for a certificate of another host there is no authority to trust", () => {
  const code = "ERR_TLS_CERT_ALTNAME_INVALID";
  const mismatch = Object.assign(new Error("Host: a.b.store.example. is not in the cert's altnames"), {
    code,
  });
  const error = explained(mismatch, "s3://a.b/active.json", "https://store.example");
  assert.ok(error instanceof ExpectedError);
  assert.match(
    error.message,
    /^s3:\/\/a\.b\/active\.json: https:\/\/store\.example: Host: .* cert's altnames$/,
  );
});

for (const [name, status, advice] of ANSWERS) {
  test(`${name} (${status}) comes with the next step`, () => {
    const $metadata = { httpStatusCode: status };
    const answer = new S3ServiceException({ name, message: "no.", $fault: "client", $metadata });
    const error = explained(answer, "s3://music/lake/active.json", "S3");
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /^s3:\/\/music\/lake\/active\.json: the store answers /);
    assert.match(error.message, advice);
  });
}
