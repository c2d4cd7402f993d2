import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";

/** A proxy to a server's Unix socket that forwards some bytes and then stops until told to continue. */
export interface SlowNetwork {
  /** Resolves when the bytes are forwarded; what follows is not read. */
  halted: Promise<void>;
  resume(): void;
  close(): void;
}

const SOCKET = ".s.PGSQL.5432";

/** Opens the proxy's socket in `directory`, forwarding to the server's socket in `server`. */
export async function slowNetwork(directory: string, server: string, bytes: number): Promise<SlowNetwork> {
  let resume = () => {};
  let halt = () => {};
  const halted = new Promise<void>((resolve) => {
    halt = resolve;
  });
  const proxy = createServer((client) => {
    const upstream = createConnection(join(server, SOCKET));
    let carried = 0;
    for (const end of [client, upstream]) end.on("error", () => undefined);
    client.on("data", (chunk) => {
      upstream.write(chunk);
      carried += chunk.length;
      if (carried < bytes || carried - chunk.length >= bytes) return;
      client.pause();
      resume = () => client.resume();
      halt();
    });
    client.on("end", () => upstream.end());
    upstream.pipe(client);
  }).listen(join(directory, SOCKET));
  await once(proxy, "listening");
  return { halted, resume: () => resume(), close: () => proxy.close() };
}

/**
 * A proxy that forwards everything until the transaction that changes the schema is committed, and nothing of what the server answers
 * from then on, to any connection.
 */
export async function unansweredCommit(
  directory: string,
  server: string,
): Promise<Pick<SlowNetwork, "halted" | "close">> {
  let halt = () => {};
  let isHalted = false;
  const halted = new Promise<void>((resolve) => {
    halt = resolve;
  });
  const proxy = createServer((client) => {
    const upstream = createConnection(join(server, SOCKET));
    let sent = "";
    for (const end of [client, upstream]) end.on("error", () => undefined);
    client.on("data", (chunk) => {
      sent = `${sent}${chunk.toString("latin1")}`.slice(-10_000);
      isHalted ||= /COMMENT ON SCHEMA .*, run .*COMMIT/s.test(sent);
      upstream.write(chunk);
    });
    client.on("close", () => upstream.end());
    upstream.on("data", (chunk) => {
      if (isHalted) halt();
      else client.write(chunk);
    });
  }).listen(join(directory, SOCKET));
  await once(proxy, "listening");
  return { halted, close: () => proxy.close() };
}
