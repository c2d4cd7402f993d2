import { BasicAuth, Trino } from "trino-client";
import type { TrinoSettings } from "./settings.ts";
import { parseAnswer } from "./wire.ts";

/** Without it, timestamps arrive as TIMESTAMP(3), whatever their type. */
const CAPABILITIES = { "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME" };
const SOURCE = "discogs-data-lake";

/** How the client connects to Trino. */
export interface ClientOptions {
  /** Aborts current and later requests. */
  signal: AbortSignal;
  /** Called with every response of the server before it is interpreted. */
  onAnswer?: (answer: unknown) => void;
}

/**
 * Creates a trino-client for these settings. Integers that a JavaScript number can't hold arrive as strings of digits, and a
 * server on this machine is contacted without a proxy.
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
 * The client's configuration of axios. It has no options for any of this; its version is pinned, and a version that stores it
 * elsewhere fails here.
 */
function requestDefaults(trino: Trino): object {
  const client: unknown = Reflect.get(trino, "client");
  const config: unknown = isObject(client) ? Reflect.get(client, "clientConfig") : undefined;
  if (!isObject(config))
    throw new TypeError("this version of trino-client stores its configuration elsewhere");
  return config;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
