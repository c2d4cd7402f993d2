import { once } from "node:events";
import { connect, createServer } from "node:net";
import { hasCode } from "../cli/errors.ts";

/** Whether a port of 127.0.0.1 is free to listen on. */
export async function isFree(port: number): Promise<boolean> {
  try {
    return (await listenOnce(port)) === port;
  } catch (error) {
    if (hasCode(error, "EADDRINUSE", "EACCES")) return false;
    throw error;
  }
}

/** A free port of 127.0.0.1. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Whether something listens on a port of 127.0.0.1. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    if (hasCode(error, "ECONNREFUSED")) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function listenOnce(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("the address has no port");
  return address.port;
}
