import type { OptionSpecs } from "../cli/options.ts";

/** Command-line options of the drift gate. */
export const driftOptions = {
  "max-drop-pct": { type: "integer", default: 5, summary: "percentage of its rows that a dataset may lose" },
  "max-growth-pct": {
    type: "integer",
    default: 25,
    summary: "percentage of its rows that a dataset may gain",
  },
  "accept-drift": {
    type: "string",
    default: "false",
    value: "true|false|NAMES",
    summary:
      "drift to accept: all, none, or columns and checks such as releases_v6.status; recorded in the manifest",
  },
} as const satisfies OptionSpecs;
