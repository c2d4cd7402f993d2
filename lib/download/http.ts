import type { Readable } from "node:stream";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import { isCertificateError, withTrustAdvice } from "../cli/certificate.ts";
import { codeOf, ExpectedError, oneLine } from "../cli/errors.ts";
import { proxyFor } from "./proxy.ts";
import { retryAfterSeconds } from "./retry_after.ts";
import { TransientError } from "./transient_error.ts";

/** A response with its body as a stream. */
export interface HttpResponse {
  /** 200, 206 or 416; any other status throws. */
  status: number;
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Readable;
  /** Final URL, after redirects. */
  url: string;
}

/** An HTTP client for downloads. */
export interface Http {
  /**
   * Requests a URL, following redirects; the body is not decoded.
   *
   * Throws {@link TransientError} for lost connections, timeouts, 408, 429 and 5xx, ExpectedError for other
   * statuses.
   */
  get(url: string, headers?: Record<string, string>): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Settings of an HTTP client. */
export interface HttpOptions {
  env: NodeJS.ProcessEnv;
  /** Seconds without data after which a connection counts as lost. */
  timeoutSeconds: number;
  now(): number;
  /** What to do if a file is missing or the server refuses it. */
  advice: { missing: string; refused: string };
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;
const USER_AGENT = "discogs-data-lake";

/** Creates a client that uses proxies from the environment, with one connection pool per proxy. */
export function createHttp(options: HttpOptions): Http {
  const dispatchers = new Map<string, Dispatcher>();
  const dispatcherFor = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, options.env);
    const known = dispatchers.get(proxy ?? "");
    const dispatcher = known ?? createDispatcher(proxy, options.timeoutSeconds * 1000);
    dispatchers.set(proxy ?? "", dispatcher);
    return dispatcher;
  };
  return {
    async get(url, headers = {}) {
      const response = await follow(url, headers, dispatcherFor);
      await refuseStatus(response, options);
      return response;
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function createDispatcher(proxy: string | undefined, timeout: number): Dispatcher {
  const timeouts = { headersTimeout: timeout, bodyTimeout: timeout, connectTimeout: timeout };
  if (proxy === undefined) return new Agent(timeouts);
  if (!URL.canParse(proxy)) throw new ExpectedError(`the proxy "${proxy}" is not a URL`);
  return new ProxyAgent({ uri: proxy, ...timeouts });
}

async function follow(
  url: string,
  headers: Record<string, string>,
  dispatcherFor: (url: URL) => Dispatcher,
): Promise<HttpResponse> {
  let current = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await send(current, headers, dispatcherFor);
    if (!REDIRECTS.includes(response.status)) return response;
    const location = response.headers.location;
    response.body.destroy();
    if (location === undefined) throw new ExpectedError(`${current} redirects without a location`);
    current = URL.canParse(location, current) ? new URL(location, current).href : location;
  }
  throw new ExpectedError(`${url} redirects more than ${MAX_REDIRECTS} times`);
}

async function send(
  address: string,
  headers: Record<string, string>,
  dispatcherFor: (url: URL) => Dispatcher,
): Promise<HttpResponse> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new ExpectedError(`"${address}" is not an http or https URL`);
  }
  const dispatcher = dispatcherFor(url);
  try {
    const sent = { "user-agent": USER_AGENT, "accept-encoding": "identity", ...headers };
    const { statusCode, headers: received, body } = await request(url, { dispatcher, headers: sent });
    // An unread body reports its aborted connection later; whoever reads it gets the error directly.
    body.on("error", () => undefined);
    return { status: statusCode, headers: singleValues(received), body, url: url.href };
  } catch (error) {
    const message = `${url.host}: ${describeNetworkError(error)}`;
    if (isCertificateError(error)) throw new ExpectedError(withTrustAdvice(message, error), { cause: error });
    throw new TransientError(message, { cause: error });
  }
}

function singleValues(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

/** Describes a connection error in a few words, with the code of the system or client. */
export function describeNetworkError(error: unknown): string {
  const code = codeOf(error);
  const text = oneLine(error) || "connection failed";
  return code === "" || text.includes(code) ? text : `${text} (${code})`;
}

async function refuseStatus(response: HttpResponse, { now, advice }: HttpOptions): Promise<void> {
  const { status, url } = response;
  if ([200, 206, 416].includes(status)) return;
  response.body.destroy();
  const { host } = new URL(url);
  const waitSeconds = retryAfterSeconds(response.headers["retry-after"], now());
  if (waitSeconds !== undefined && (status === 429 || status >= 500)) {
    throw new TransientError(`${host} answered ${status} and asks to wait ${waitSeconds} s`, { waitSeconds });
  }
  if (status === 408 || status === 429 || status >= 500) {
    throw new TransientError(`${host} answered ${status}`);
  }
  throw new ExpectedError(`${url} answered ${status}${hint(status, advice)}`);
}

function hint(status: number, { missing, refused }: HttpOptions["advice"]): string {
  if (status === 404) return `: no such file; ${missing}`;
  return status === 403 ? `: the server refuses access; ${refused}` : "";
}
