import { S3ServiceException } from "@aws-sdk/client-s3";
import { isCertificateError, withTrustAdvice } from "../cli/certificate.ts";
import { codeOf, ExpectedError, hasCode, oneLine } from "../cli/errors.ts";

/** Whether the store refused a request because of a condition (`If-None-Match`, `If-Match`). */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
}

/** Whether the object does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && ["NoSuchKey", "NotFound"].includes(error.name);
}

/** Whether the store no longer knows a multipart upload. */
export function isUnknownUpload(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === "NoSuchUpload";
}

const EXPIRED = /^(ExpiredToken\w*|InvalidToken|TokenRefreshRequired|RequestExpired)$/;
const CREDENTIALS = /credential|Could not load|Token is expired|SSO|profile/i;
/** Where the package's messages come from, which says nothing to a user. */
const OF_PACKAGE = /^@smithy\/node-http-handler - | \(configured by client requestHandler\)\.?$/g;
/** Of an answer in another protocol: TLS where there is none, or no HTTP. */
const NOT_UNDERSTOOD = /^(EPROTO|HPE_\w+)$/;
const CONNECTION = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
];

/** Whether there is no connection, or no longer one. */
export function isConnectionLost(error: unknown): error is Error {
  return error instanceof Error && (error.name === "TimeoutError" || hasCode(error, ...CONNECTION));
}

/**
 * The failure of a request as a user can act on it: which object or bucket, what the store answered, what to look at.
 * Anything that is neither an answer nor the connection's end is returned as it is.
 */
export function explained(error: unknown, what: string, endpoint: string): unknown {
  if (error instanceof ExpectedError || !(error instanceof Error)) return error;
  const message = explanation(error, what, endpoint);
  return message === undefined ? error : new ExpectedError(message, { cause: error });
}

function explanation(error: Error, what: string, endpoint: string): string | undefined {
  if (error instanceof S3ServiceException) return answer(error, what);
  const status = statusOfUnreadable(error);
  if (status !== undefined) {
    return `${what}: ${endpoint} answers HTTP status ${status} with content that is not S3's, e.g. a proxy's page; look at --endpoint`;
  }
  if (error.name === "CredentialsProviderError" || CREDENTIALS.test(error.name)) {
    return `${what}: there are no credentials for S3 (${oneLine(error)}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE`;
  }
  if (/region is missing/i.test(error.message)) {
    return `${what}: no region is set: give --region, or set AWS_REGION`;
  }
  if (isCertificateError(error)) return withTrustAdvice(`${what}: ${endpoint}: ${oneLine(error)}`, error);
  const code = codeOf(error);
  if (NOT_UNDERSTOOD.test(code))
    return `${what}: ${endpoint} does not speak ${protocolOf(endpoint)} (${code}); look at --endpoint`;
  if (isConnectionLost(error)) {
    const reason = oneLine(error).replace(OF_PACKAGE, "");
    const advice = hasBucketInHost(error, endpoint) ? "--endpoint, or --path-style true" : "--endpoint";
    return `${what}: ${endpoint} can't be reached: ${reason || code || error.name} (${advice})`;
  }
  return undefined;
}

const protocolOf = (endpoint: string) => (endpoint.startsWith("http:") ? "HTTP" : "HTTPS");

/** Whether the host that is not known is the bucket's at the endpoint, which many stores do not have. */
function hasBucketInHost(error: Error, endpoint: string): boolean {
  if (!("hostname" in error) || !URL.canParse(endpoint)) return false;
  return String(error.hostname).endsWith(`.${new URL(endpoint).hostname}`);
}

/** The status of an answer that the package can't parse, e.g. a proxy's page; undefined for any other error. */
function statusOfUnreadable(error: Error): number | undefined {
  // The package describes the property in its message, and declares no type for it.
  const { $response } = error as { $response?: { statusCode?: number } };
  return $response?.statusCode;
}

/** An answer without a description, e.g. to HEAD or from a proxy, is only a status. */
function answerText(error: S3ServiceException): string {
  const { httpStatusCode: status } = error.$metadata;
  if (error.name === "Unknown" && status !== undefined) return `HTTP status ${status}`;
  return `${error.name}${status === undefined ? "" : ` (${status})`}: ${oneLine(error).replace(/\.$/, "")}`;
}

function answer(error: S3ServiceException, what: string): string {
  const status = error.$metadata.httpStatusCode;
  const text = `${what}: the store answers ${answerText(error)}`;
  if (error.name === "NoSuchBucket")
    return `${what}: there is no such bucket: create it first, or look at --endpoint`;
  if (EXPIRED.test(error.name)) return `${text}; renew the credentials, then repeat the command`;
  if (error.name === "RequestTimeTooSkewed") return `${text}; set the clock of this machine`;
  // To a HEAD, the store can't say why.
  if (status === 400 && error.name === "Unknown")
    return `${text}; look at --region, and renew the credentials if they expire`;
  if (status === 403 || status === 401)
    return `${text}; look at the credentials (AWS_ACCESS_KEY_ID, AWS_PROFILE) and their rights`;
  if (status === 301 || status === 307) return `${text}; look at --region and --endpoint`;
  if (status === 409) {
    return `${text}; another request changed it at the same time: see that nothing else publishes there, then repeat the command`;
  }
  if (status === 501) {
    return `${text}; publishing needs conditional writes (If-None-Match), which this store may lack`;
  }
  return text;
}
