import type { OptionSpecs } from "../cli/options.ts";

/** Options of the drift gate. */
export const driftOptions = {
  "max-drop-pct": { type: "integer", default: 5, summary: "percent of its rows that a dataset may lose" },
  "max-growth-pct": { type: "integer", default: 25, summary: "percent of its rows that it may gain" },
  "accept-drift": {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "true lets a run pass that has drifted; its manifest will say so",
  },
} as const satisfies OptionSpecs;
