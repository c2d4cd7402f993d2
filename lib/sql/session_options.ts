import type { OptionSpecs } from "../cli/options.ts";

/** Options that bound what a session of the embedded engine takes of the machine. */
export const sessionOptions = {
  "memory-limit": {
    type: "string",
    default: "2GB",
    value: "SIZE",
    summary: "memory of the embedded engine, e.g. 2GB; what does not fit goes to disk",
  },
  threads: {
    type: "integer",
    min: 1,
    summary: "threads of the embedded engine (default: one for each core)",
  },
} as const satisfies OptionSpecs;
