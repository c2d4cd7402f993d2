import type { OptionSpecs } from "../cli/options.ts";

/** Options of the drift gate. */
export const driftOptions = {
  "max-drop-pct": { type: "integer", default: 5, summary: "percent of its rows that a dataset may lose" },
  "max-growth-pct": { type: "integer", default: 25, summary: "percent of its rows that it may gain" },
  "accept-drift": {
    type: "string",
    default: "false",
    value: "true|false|NAMES",
    summary:
      "drift to let pass: all, none, or columns and checks, as releases_v6.status; the manifest keeps it",
  },
} as const satisfies OptionSpecs;
