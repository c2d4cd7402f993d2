import type { OptionSpecs, OptionValues } from "../cli/options.ts";
import type { SessionLimits } from "./duckdb/session.ts";
import { MEMORY_SIZE } from "./memory_size.ts";

/** Options that limit the resources of an embedded engine session. */
export const sessionOptions = {
  "memory-limit": {
    type: "string",
    env: "DISCOGS_MEMORY_LIMIT",
    default: "2GB",
    form: MEMORY_SIZE,
    value: "SIZE",
    summary: "memory limit of the embedded engine, e.g. 2GB; more spills to disk",
  },
  threads: {
    type: "integer",
    min: 1,
    max: 1024,
    summary: "threads of the embedded engine (default: one per core)",
  },
} as const satisfies OptionSpecs;

/** The limits given by the options. */
export function sessionLimits(options: OptionValues<typeof sessionOptions>): SessionLimits {
  return { threads: options.threads, memoryLimit: options["memory-limit"] };
}
