import type { OptionSpecs, OptionValues } from "../cli/options.ts";
import type { SessionLimits } from "./duckdb/session.ts";
import { MEMORY_SIZE } from "./memory_size.ts";

/** Options that bound what a session of the embedded engine takes of the machine. */
export const sessionOptions = {
  "memory-limit": {
    type: "string",
    env: "DISCOGS_MEMORY_LIMIT",
    default: "2GB",
    form: MEMORY_SIZE,
    value: "SIZE",
    summary: "memory of the embedded engine, e.g. 2GB; what does not fit goes to disk",
  },
  threads: {
    type: "integer",
    min: 1,
    summary: "threads of the embedded engine (default: one for each core)",
  },
} as const satisfies OptionSpecs;

/** What the options ask of a session. */
export function sessionLimits(options: OptionValues<typeof sessionOptions>): SessionLimits {
  return { threads: options.threads, memoryLimit: options["memory-limit"] };
}
