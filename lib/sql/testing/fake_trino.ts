import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

/** A response of the fake server: a page of the protocol, another status, or a fault of real servers. */
export type FakeAnswer =
  | { page: Record<string, unknown>; last?: boolean }
  | { status: number; body?: string; headers?: Record<string, string> }
  | "silence"
  | "break";

/** A request that the fake server received. */
export interface FakeRequest {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage["headers"];
}

/** A server that speaks Trino's protocol with scripted responses. */
export interface FakeTrino {
  url: string;
  port: number;
  requests: FakeRequest[];
  /** Resolves when a request with this method has arrived. */
  cameIn(method: string): Promise<FakeRequest>;
  close(): Promise<void>;
}

/** Id of every query of the fake server. */
export const QUERY_ID = "20260101_000000_00001_abcde";

/** A page with one BIGINT column and these values. */
export function rowsPage(...values: (number | string)[]): FakeAnswer {
  const typeSignature = { rawType: "bigint", arguments: [] };
  const data = values.map((value) => [value]);
  return { page: { columns: [{ name: "n", type: "bigint", typeSignature }], data } };
}

/** A page that fails the statement. */
export function errorPage(errorName: string, message: string): FakeAnswer {
  return { page: { error: { message, errorCode: 1, errorName, errorType: "EXTERNAL" } }, last: true };
}

/** A page without rows that has a successor. */
export const emptyPage: FakeAnswer = { page: {} };
/** A page without rows that ends the query. */
export const lastPage: FakeAnswer = { page: {}, last: true };

/**
 * A server that speaks as much of Trino's protocol as faults need: it returns the responses in order, whatever the request, and
 * repeats the last one. Cancelling (DELETE) is answered unless the server ignores it.
 */
export async function fakeTrino(
  answers: readonly FakeAnswer[],
  options: { port?: number; ignoresCancel?: boolean; tls?: { pfx: Buffer; passphrase: string } } = {},
): Promise<FakeTrino> {
  const requests: FakeRequest[] = [];
  const waiting: (() => void)[] = [];
  let given = 0;
  const listener: RequestListener = async (request, response) => {
    requests.push(await received(request));
    for (const look of waiting) look();
    if (request.method === "DELETE") {
      if (options.ignoresCancel !== true) response.writeHead(204).end();
      return;
    }
    give(answers[Math.min(given, answers.length - 1)] ?? "break", response, `${url}/next/${given}`);
    given += 1;
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return {
    url,
    port,
    requests,
    cameIn: (method) =>
      new Promise((resolve) => {
        const look = () => {
          const found = requests.find((request) => request.method === method);
          if (found !== undefined) resolve(found);
        };
        waiting.push(look);
        look();
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function received(request: IncomingMessage): Promise<FakeRequest> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return { method: request.method ?? "", url: request.url ?? "", body, headers: request.headers };
}

function give(answer: FakeAnswer, response: ServerResponse, nextUri: string): void {
  if (answer === "silence") return;
  if (answer === "break") {
    response.destroy();
    return;
  }
  if ("status" in answer) {
    response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
    return;
  }
  const page = { id: QUERY_ID, ...(answer.last === true ? {} : { nextUri }), ...answer.page };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
}
