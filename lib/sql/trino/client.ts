import { BasicAuth, Trino } from "trino-client";
import type { TrinoSettings } from "./settings.ts";
import { parseAnswer } from "./wire.ts";

/** Without it timestamps come as TIMESTAMP(3), whatever their type is. */
const CAPABILITIES = { "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME" };
const SOURCE = "discogs-data-lake";

/** How the client connects to Trino. */
export interface ClientOptions {
  /** Aborts requests under way, and all later ones. */
  signal: AbortSignal;
  /** Called with each answer of the server, whatever it is, before it is looked at. */
  onAnswer?: (answer: unknown) => void;
}

/**
 * A trino-client for these settings. Whole numbers that a JavaScript number can't hold come as strings of digits, and
 * a server on this machine is not asked for by way of a proxy.
 */
export function createClient(settings: TrinoSettings, { signal, onAnswer }: ClientOptions): Trino {
  const { url, user, password, catalog, ca } = settings;
  const trino = Trino.create({
    server: url,
    source: SOURCE,
    catalog,
    auth: new BasicAuth(user),
    ...(ca === undefined ? {} : { ssl: { ca } }),
    extraHeaders: { ...CAPABILITIES },
  });
  const transformResponse = (text: unknown) => {
    const answer = parseAnswer(text);
    onAnswer?.(answer);
    return answer;
  };
  Object.assign(requestDefaults(trino), {
    transformResponse: [transformResponse],
    signal,
    auth: password === undefined ? undefined : { username: user, password },
    ...(isLoopback(url) ? { proxy: false } : {}),
  });
  return trino;
}

/**
 * What the client gives axios with each request. It has no option for any of this; its version is pinned, and another
 * one that keeps it elsewhere fails here.
 */
function requestDefaults(trino: Trino): object {
  const client: unknown = Reflect.get(trino, "client");
  const config: unknown = isObject(client) ? Reflect.get(client, "clientConfig") : undefined;
  if (!isObject(config))
    throw new TypeError("this version of trino-client keeps its configuration elsewhere");
  return config;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
