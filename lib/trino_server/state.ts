import { rm } from "node:fs/promises";
import { z } from "zod";
import { readJsonIfThere, writeJsonFile } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { processStart } from "../files/process_identity.ts";
import type { TrinoPlaces } from "./places.ts";

const serverState = z.object({
  pid: z.int().positive(),
  /** See {@link processStart}: distinguishes the server from a later process with the same pid. */
  start: z.string(),
  port: z.int().positive(),
  url: z.string(),
  started: z.iso.datetime(),
  /** Time of the first answered scan; absent while it is starting. */
  ready: z.iso.datetime().optional(),
});

/** The server of a lake according to its state file. */
export type ServerState = z.infer<typeof serverState>;

/** The last recorded state, even of a server that is gone. */
export function readState(places: TrinoPlaces): Promise<ServerState | undefined> {
  return readJsonIfThere(places.state, serverState);
}

/** The state, if its process is alive. */
export async function liveState(places: TrinoPlaces): Promise<ServerState | undefined> {
  const state = await readState(places);
  return state !== undefined && isAlive(state) ? state : undefined;
}

/** Whether the recorded server process still runs; another process with its pid does not count. */
export function isAlive({ pid, start }: Pick<ServerState, "pid" | "start">): boolean {
  return processStart(pid) === start;
}

/** Records the running server. */
export async function writeState(places: TrinoPlaces, state: ServerState): Promise<void> {
  await writeJsonFile(places.state, state);
}

/** Removes the record of a server that has stopped. */
export async function removeState(places: TrinoPlaces): Promise<void> {
  assertWritable(places.state, { entry: true });
  await rm(places.state, { force: true });
}
