import { MessageChannel } from "node:worker_threads";

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees memory at once instead of when it is collected as garbage; its views are empty afterwards. A message to a closed port takes
 * its memory with it (https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps).
 */
export function freeMemory(memory: readonly ArrayBuffer[]): void {
  nowhere.postMessage(undefined, [...memory]);
}
