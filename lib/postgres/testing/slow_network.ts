import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** A proxy to a server's Unix socket that stops forwarding at some point. */
interface StoppingProxy {
  /** Resolves when it has stopped. */
  halted: Promise<void>;
  close(): void;
}

/** A proxy that forwards some bytes and then stops until told to continue; what follows is not read. */
export interface SlowNetwork extends StoppingProxy {
  resume(): void;
}

const SOCKET = ".s.PGSQL.5432";

/** Opens the proxy's socket in `directory`, forwarding to the server's socket in `server`. */
export async function slowNetwork(directory: string, server: string, bytes: number): Promise<SlowNetwork> {
  let resume = () => {};
  const proxy = await openProxy(directory, server, (client, upstream, halt) => {
    let carried = 0;
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
  });
  return { ...proxy, resume: () => resume() };
}

/**
 * A proxy that forwards everything until the transaction that changes the schema is committed, and nothing of what the server answers
 * from then on, to any connection, or to that of the transaction.
 */
export async function unansweredCommit(
  directory: string,
  server: string,
  unanswered: "every connection" | "its connection",
): Promise<StoppingProxy> {
  let isCommitted = false;
  return openProxy(directory, server, (client, upstream, halt) => {
    let sent = "";
    let isHalted = false;
    client.on("data", (chunk) => {
      sent = `${sent}${chunk.toString("latin1")}`.slice(-10_000);
      isHalted ||= /COMMENT ON SCHEMA .*, run .*COMMIT/s.test(sent);
      isCommitted ||= isHalted;
      upstream.write(chunk);
    });
    client.on("close", () => upstream.end());
    upstream.on("data", (chunk) => {
      if (isHalted || (isCommitted && unanswered === "every connection")) halt();
      else client.write(chunk);
    });
  });
}

/** Opens a proxy, whose connections `connect` joins to those to the server. */
async function openProxy(
  directory: string,
  server: string,
  connect: (client: Socket, upstream: Socket, halt: () => void) => void,
): Promise<StoppingProxy> {
  let halt = () => {};
  const halted = new Promise<void>((resolve) => {
    halt = resolve;
  });
  const proxy = createServer((client) => {
    const upstream = createConnection(join(server, SOCKET));
    for (const end of [client, upstream]) end.on("error", () => undefined);
    connect(client, upstream, halt);
  }).listen(join(directory, SOCKET));
  await once(proxy, "listening");
  return { halted, close: () => proxy.close() };
}
